import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import * as path from "node:path"
import { expect, it } from "vitest"
import { leaks, secretsFound } from "../../support/MoneySecrets.js"

it("no prompt, token or contact lies in database, WAL, content or logs, nor comes back in an answer", async () => {
  expect(await secretsFound()).toEqual([])
})

it("the search finds a secret in every form, wherever it begins", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "money-leaks-"))
  const secret = "isk_r_acanarythatislongenough"
  const forms = [
    secret,
    Buffer.from(secret).toString("hex"),
    Buffer.from(secret, "utf16le"),
    ...["", "x", "xy", "xyz"].map((before) => Buffer.from(`${before}${secret} and more`).toString("base64"))
  ]
  forms.forEach((form, index) => writeFileSync(path.join(folder, String(index)), form))
  const found = leaks({ token: secret }, folder, { "the log": `token=${secret}`, "another log": "nothing" })
  expect(found).toEqual([...forms.map((_, index) => `token in ${index}`), "token in the log"])
  rmSync(folder, { recursive: true })
})
