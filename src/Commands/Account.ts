import { usageQuota, whoami as whoamiOperation } from "../Operations/Account.js"
import { command } from "./Command.js"
import { request } from "./ServiceCommand.js"

export const whoami = command({
  operation: whoamiOperation,
  flags: {},
  arguments: {},
  examples: [{ why: "who the service thinks you are", argv: ["whoami", "--local"] }],
  usesService: true,
  run: () => request(whoamiOperation, {})
})

export const quota = command({
  operation: usageQuota,
  aliases: [["usage"], ["quota"]],
  flags: {},
  arguments: {},
  examples: [{ why: "what may still be spent", argv: ["usage", "quota", "--local"] }],
  usesService: true,
  run: () => request(usageQuota, {})
})
