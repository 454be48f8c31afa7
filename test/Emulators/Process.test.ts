import { afterAll, expect, it } from "vitest"
import { spawnEmulator } from "../support/Emulators/Spawn.js"

const emulator = await spawnEmulator("fal", { polls: { queued: 0, running: 0 } })
afterAll(() => emulator.stop())

const submit = () =>
  fetch(`${emulator.url}/fal-ai/flux/dev`, {
    method: "POST",
    headers: { authorization: `Key ${emulator.key}`, "content-type": "application/json" },
    body: JSON.stringify({ prompt: "a boat", image_size: "square" })
  })

it("runs apart, takes faults over HTTP, and tells what was paid", async () => {
  await emulator.script("balance-exhausted", { fault: "http-503", times: 2 })
  expect([
    (await submit()).status,
    (await submit()).status,
    (await submit()).status,
    (await submit()).status
  ]).toEqual([403, 503, 503, 200])
  expect(await emulator.state()).toMatchObject({
    paid: 25_000,
    pending: 0,
    submissions: [{ outcome: "refused" }, {}, {}, { outcome: "pending" }]
  })
  expect((await fetch(`${emulator.url}/__state`)).status).toBe(200)
  await expect(emulator.script("nonsense")).rejects.toThrow("nonsense")
})

it("refuses connections while its control address still answers", async () => {
  await emulator.script("connection-refused")
  await expect(submit()).rejects.toThrow()
  await emulator.listen()
  expect((await submit()).status).toBe(200)
  await emulator.reset()
  expect(await emulator.state()).toMatchObject({ paid: 0, submissions: [], jobs: [] })
})
