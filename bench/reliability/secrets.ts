import { secretsFound } from "../../test/support/MoneySecrets.js"

/** Searches everything that a service leaves for what must not be there, and writes one line of JSON. */
const found = await secretsFound()
process.stdout.write(`${JSON.stringify({ failed: found.length > 0, why: found.join("; ") })}\n`)
