import * as Effect from "effect/Effect"
import type { signup } from "../../Operations/Signup.js"
import { signUp } from "../Domain/Signup.js"
import type { Handler } from "./Handler.js"

export const handleSignup: Handler<typeof signup> = (request, { remote }) =>
  Effect.map(signUp(request, remote), (data) => ({ data }))
