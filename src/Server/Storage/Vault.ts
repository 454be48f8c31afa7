import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import * as path from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { type ArtifactStorage, failure } from "../../Errors.js"
import { layerEffect, layerSync } from "../../Stack.js"
import { DataFolder } from "./DataFolder.js"

/** The data folder's own secret: seals what a job still needs, and digests what must be compared but not kept. */
export class Vault extends Context.Tag("image-skill/Server/Vault")<
  Vault,
  {
    /** Encrypts text (AES-256-GCM), so that a copy of the database alone tells nothing. */
    readonly seal: (text: string) => Uint8Array
    /** Decrypts what `seal` made; fails when it was changed or the secret is another. */
    readonly unseal: (sealed: Uint8Array) => Effect.Effect<string, ArtifactStorage>
    /** A keyed digest (HMAC-SHA256, hex): equal texts, equal digests, not to be guessed from outside. */
    readonly digest: (text: string) => string
  }
>() {
  /** With the secret in the data folder, made on first use, mode 0600. */
  static readonly layer = layerEffect(
    Vault,
    Effect.gen(function* () {
      const { root } = yield* DataFolder
      const at = path.join(root, "secret")
      const secret = yield* Effect.try({
        try: () => readSecret(at),
        catch: () =>
          failure("ARTIFACT_STORAGE_WRITE_FAILED", "the data folder's secret cannot be read or made", {
            details: { path: at }
          })
      })
      return vaultOf(secret)
    })
  )
  /** With a fixed secret, for tests. */
  static readonly layerTest = layerSync(Vault, () => vaultOf(Buffer.alloc(32, 7)))
}

const secretLength = 32

const readSecret = (at: string): Buffer => {
  if (!existsSync(at)) {
    try {
      writeFileSync(at, randomBytes(secretLength), { flag: "wx", mode: 0o600 })
    } catch (error) {
      // Another process was first; its secret is ours.
      if (!existsSync(at)) throw error
    }
  }
  const secret = readFileSync(at)
  if (secret.length !== secretLength) throw new Error("the secret has another length")
  return secret
}

const vaultOf = (secret: Buffer): typeof Vault.Service => {
  // One key for each purpose, so that neither use weakens the other; made when first needed, which reads never do.
  const keys = new Map<string, Buffer>()
  const key = (purpose: "seal" | "digest"): Buffer => {
    const made = keys.get(purpose) ?? createHash("sha256").update(secret).update(purpose).digest()
    keys.set(purpose, made)
    return made
  }
  return {
    seal: (text) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv("aes-256-gcm", key("seal"), nonce)
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()])
      return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body]))
    },
    unseal: (sealed) =>
      Effect.try({
        try: () => {
          const decipher = createDecipheriv("aes-256-gcm", key("seal"), sealed.subarray(0, 12))
          decipher.setAuthTag(sealed.subarray(12, 28))
          return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString("utf8")
        },
        catch: () =>
          failure("ASSET_INTEGRITY_FAILED", "a job's sealed input cannot be opened with this folder's secret")
      }),
    digest: (text) => createHmac("sha256", key("digest")).update(text).digest("hex")
  }
}
