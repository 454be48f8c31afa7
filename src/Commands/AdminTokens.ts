import * as path from "node:path"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { failure } from "../Errors.js"
import {
  adminGrants,
  adminTokensCreate,
  adminTokensList,
  adminTokensRevoke
} from "../Operations/AdminTokens.js"
import { suggest } from "../Operations/Suggest.js"
import { AgentId, allGrants, Grants, OperatorName, OrganizationId, TokenId } from "../Schema/Admin.js"
import { type FileProblem, Files } from "../Services/Files.js"
import { Invocation } from "../Services/Invocation.js"
import { folderFlag, lacks, onFolder, sameFolder } from "./AdminCommand.js"
import { command } from "./Command.js"
import { argument, choice, integer, schema, text, toggle } from "./Flags.js"
import { defined } from "./ServiceCommand.js"

const grantsFlag = (summary: string) =>
  schema("grants", "A,B", `${summary}: of ${allGrants.join(", ")}`, Grants)

export const adminTokens = command({
  operation: adminTokensList,
  aliases: [["admin", "tokens"]],
  flags: {
    organization: schema("organization", "ORGANIZATION_ID", "Only this organization's", OrganizationId),
    limit: integer("limit", 1, 1_000, "How many at most; 100 unless given"),
    revoked: toggle("revoked", "Also those that were revoked or rotated"),
    ...folderFlag
  },
  arguments: {},
  examples: [{ why: "which tokens hold", argv: ["admin", "tokens", "list"] }],
  usesService: false,
  run: ({ data, ...options }) =>
    onFolder(data, ({ listTokens }, root) => listTokens(root, defined(options))).pipe(
      Effect.map((listed) => ({ data: listed }))
    )
})

export const adminNewToken = command({
  operation: adminTokensCreate,
  flags: {
    organization: schema("organization", "ORGANIZATION_ID", "Whose token it is", OrganizationId),
    agent: schema("agent", "AGENT_ID", "Which of its agents, by id", AgentId),
    agent_name: schema(
      "agent-name",
      "NAME",
      "Which of its agents, by name; made when there is none",
      OperatorName
    ),
    class: choice("class", ["restricted", "viewer"], "restricted unless given; a viewer only reads"),
    grants: grantsFlag("Allow only these"),
    show_token: toggle("show-token", "Show the token once, in the answer"),
    output: text("output", "FILE", "Write the token to a new file, mode 0600"),
    ...folderFlag
  },
  arguments: {},
  examples: [
    {
      why: "a token into a file that only its reader opens",
      argv: [
        "admin",
        "tokens",
        "create",
        "--organization",
        "org_0123456789abcdef0123456789abcdef",
        "--agent-name",
        "painter",
        "--output",
        "./painter.token"
      ]
    }
  ],
  usesService: false,
  run: (values) =>
    Effect.gen(function* () {
      const { agent, agent_name: agentName, data, grants, organization, output } = values
      if (organization === undefined)
        return yield* lacks("a token belongs to an organization", "--organization")
      if ((agent === undefined) === (agentName === undefined)) {
        return yield* lacks("say whose token it is, once", "--agent-name", "--agent")
      }
      const show = values.show_token === true
      // A token that nobody gets to see would be of no use to anyone.
      if (!show && output === undefined) {
        return yield* lacks("say where the token goes: it exists only now", "--output", "--show-token")
      }
      const file = output === undefined ? null : path.resolve(output)
      const files = yield* Files
      if (file !== null) {
        if ((yield* Effect.mapError(files.entry(file), unwritten)) !== "missing") return yield* taken(file)
        yield* Effect.mapError(files.probe(path.dirname(file)), unwritten)
      }
      const { token, ...made } = yield* onFolder(data, ({ createToken }, root) =>
        createToken(
          root,
          defined({ organization, agent, agentName, tokenClass: values.class ?? "restricted", grants })
        )
      )
      if (file !== null) {
        yield* files
          .write(file, Stream.make(new TextEncoder().encode(`${token}\n`)), { replace: false, mode: 0o600 })
          .pipe(
            Effect.mapError(unwritten),
            // Nobody has it, so it must not hold.
            Effect.tapError(() =>
              Effect.ignore(onFolder(data, ({ revokeToken }, root) => revokeToken(root, made.token_id)))
            )
          )
      }
      if (show) (yield* Invocation).spared = token
      return {
        data: { token: show ? token : null, output: file, ...made },
        warnings: show ? ["the token is shown this once; it is kept nowhere"] : [],
        next: [
          suggest("revoke_token", "end it again", adminTokensRevoke, {
            token_id: made.token_id,
            ...sameFolder(data)
          })
        ]
      }
    })
})

const unwritten = ({ cause, path: at }: FileProblem) =>
  cause === "eexist"
    ? failure("OUTPUT_EXISTS", "the file of the token exists; nothing was overwritten", {
        details: { path: at }
      })
    : failure("OUTPUT_WRITE_FAILED", `the token's file cannot be written (${cause})`, {
        details: { path: at, cause }
      })

const taken = (file: string) =>
  Effect.fail(
    failure("OUTPUT_EXISTS", "the file of the token exists; no token was made", {
      details: { path: file },
      recovery: { required_flag: "--output" }
    })
  )

export const adminRevokedToken = command({
  operation: adminTokensRevoke,
  flags: folderFlag,
  arguments: { token_id: argument("TOKEN_ID", "a token's id, as the list shows it", TokenId) },
  examples: [
    { why: "shut one token out at once", argv: ["admin", "tokens", "revoke", "tok_0123456789abcdef01234567"] }
  ],
  usesService: false,
  run: ({ data, token_id = "" }) =>
    onFolder(data, ({ revokeToken }, root) => revokeToken(root, token_id)).pipe(
      Effect.map((revoked) => ({
        data: revoked,
        warnings: revoked.already_revoked ? ["the token had ended before"] : []
      }))
    )
})

export const adminSetGrants = command({
  operation: adminGrants,
  flags: {
    agent: schema("agent", "AGENT_ID", "This agent, with any token that it has or gets", AgentId),
    token_id: schema("token-id", "TOKEN_ID", "This token alone", TokenId),
    grants: grantsFlag("What it may do from now on"),
    reset: toggle("reset", "Back to what the token's class allows"),
    ...folderFlag
  },
  arguments: {},
  examples: [
    {
      why: "an agent that may look, and make nothing",
      argv: ["admin", "grants", "--agent", "agt_0123456789abcdef0123456789abcdef", "--grants", "read"]
    }
  ],
  usesService: false,
  run: ({ agent, data, grants, reset, token_id: tokenId }) =>
    Effect.gen(function* () {
      if ((grants === undefined) === (reset !== true)) {
        return yield* lacks("say what it may do, or --reset", "--grants", "--reset")
      }
      const whose =
        agent === undefined
          ? tokenId === undefined
            ? null
            : { tokenId }
          : tokenId === undefined
            ? { agent }
            : null
      if (whose === null) return yield* lacks("say whose grants, once", "--agent", "--token-id")
      return {
        data: yield* onFolder(data, (admin, root) => admin.setGrants(root, whose, grants ?? null))
      }
    })
})
