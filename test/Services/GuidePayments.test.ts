import { expect, it } from "vitest"
import fc from "fast-check"
import { packFor } from "../../src/Services/GuidePayments.js"

const goodId = fc.stringMatching(/^[a-z0-9]{1,4}$/)
const pack = fc.record({
  // As our own `credits quote` takes it, or as another service may call it.
  pack_id: fc.oneof(goodId, fc.constantFrom("", " ", "a b", "--output=/etc/x", "a;rm")),
  available: fc.boolean(),
  // A foreign service may tell nonsense.
  credits: fc.oneof(fc.integer({ min: 1, max: 6_000 }), fc.constantFrom(-5, 0, 0.5, Number.NaN, 1e300))
})

it("the pack that is offered is the smallest that is enough, else the largest, whatever their order", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(pack, { maxLength: 6, selector: ({ pack_id }) => pack_id }),
      fc.integer({ min: 1, max: 7_000 }),
      (packs, missing) => {
        const sold = packs.filter(
          ({ available, credits, pack_id }) =>
            available && credits >= 1 && credits < 1e9 && /^[a-z0-9]+$/.test(pack_id)
        )
        const id = packFor(packs, missing)
        if (sold.length === 0) {
          expect(id).toBeNull()
          return
        }
        const chosen = packs.find(({ pack_id }) => pack_id === id)?.credits ?? 0
        const enough = sold.map(({ credits }) => credits).filter((credits) => credits >= missing)
        const wanted =
          enough.length > 0 ? Math.min(...enough) : Math.max(...sold.map(({ credits }) => credits))
        expect(chosen).toBe(wanted)
        const reversed = packFor([...packs].reverse(), missing)
        expect(packs.find(({ pack_id }) => pack_id === reversed)?.credits).toBe(chosen)
      }
    )
  )
})

it("names no pack where nothing is missing, or none is known", () => {
  fc.assert(
    fc.property(fc.array(pack), fc.integer({ min: -100, max: 0 }), (packs, missing) => {
      expect(packFor(packs, missing)).toBeNull()
    })
  )
  expect(packFor([], 5)).toBeNull()
})
