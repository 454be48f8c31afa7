import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import { failure, type ImageSkillError } from "../Errors.js"
import { canonical } from "../Schema/Canonical.js"
import type { CreateInput, EditInput } from "../Schema/Create.js"
import { readReference } from "./AssetReference.js"
import { type FileProblem, Files, hashOf } from "./Files.js"
import { Target } from "./Target.js"

/** A create or edit as its caller asks for it. */
export type Wanted =
  | { readonly operation: "create"; readonly input: CreateInput }
  | { readonly operation: "edit"; readonly input: EditInput }

/**
 * Digest of what a caller asks for, by which the same command is recognised when it is typed again: 64 hex digits. Files count by
 * their bytes; where the result goes, and under which key, does not count (contract §7, §11).
 */
export const intentOf = ({
  input,
  operation
}: Wanted): Effect.Effect<string, ImageSkillError, Files | Target> =>
  Effect.gen(function* () {
    const {
      again: _again,
      download: _download,
      dry_run: _dry,
      idempotency_key: _key,
      reuse: _reuse,
      ...asked
    } = input
    const files = yield* Files
    const service = yield* (yield* Target).resolve
    const named = (image: string): Effect.Effect<ReadonlyArray<string>, ImageSkillError> => {
      // An asset's URL counts as its asset wherever it stands: which hosts are the service's is not always to be learned.
      const reference = readReference(image, service, URL.canParse(image) ? new URL(image).origin : null)
      switch (reference._tag) {
        case "Owned":
          return Effect.succeed(["asset", reference.assetId])
        case "File":
          return hashOf(files, reference.path).pipe(
            Effect.mapBoth({ onFailure: unreadable, onSuccess: (hash) => ["sha256", hash] })
          )
        case "Remote":
        case "Foreign":
          return Effect.succeed(["url", image])
      }
    }
    const images = yield* Effect.all({
      ...("input" in asked ? { input: named(asked.input) } : {}),
      ...("mask" in asked && asked.mask !== undefined ? { mask: named(asked.mask) } : {})
    })
    const references = yield* Effect.forEach(asked.references ?? [], ({ image, ...place }) =>
      Effect.map(named(image), (bytes) => ({ ...place, image: bytes }))
    )
    return createHash("sha256")
      .update(JSON.stringify(canonical([operation, { ...asked, ...images, references }])))
      .digest("hex")
  })

const unreadable = ({ cause, path }: FileProblem) =>
  failure("INPUT_READ_FAILED", `the image cannot be read (${cause})`, { details: { path, cause } })
