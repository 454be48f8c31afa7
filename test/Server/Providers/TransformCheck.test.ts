import { describe, expect, it } from "vitest"
import { checkParameters } from "../../../src/Server/Providers/Local/Transform/index.js"

const source = { width: 400, height: 300 }
const refused = (parameters: unknown, size = source, hasMask = false) => {
  const checked = checkParameters(parameters, size, hasMask)
  return checked.ok ? null : checked.parameter
}

describe("checkParameters", () => {
  it.each([
    [{ crop: { left: 0, top: 0, width: 401, height: 1 } }, "crop.width"],
    [{ crop: { left: 399, top: 0, width: 2, height: 1 } }, "crop.width"],
    [{ crop: { left: 0, top: 250, width: 10, height: 51 } }, "crop.height"],
    [{ crop: { left: 0, top: 0, width: 10 } }, "crop"],
    [{ resize: {} }, "resize"],
    [{ resize: { width: 8193 } }, "resize.width"],
    [{ resize: { width: 8192, height: 8192 } }, "resize"],
    [{ resize: { height: 8000 } }, "resize"],
    [{ rotate: 361 }, "rotate"],
    [{ rotate: "90" }, "rotate"],
    [{ tint: "red" }, "tint"],
    [{ background: "#fff" }, "background"],
    [{ blur: 0.1 }, "blur"],
    [{ quality: 101 }, "quality"],
    [{ quality: 80, format: "png" }, "quality"],
    [{ format: "gif" }, "format"],
    [{ format: "jpeg", remove_background: {} }, "format"],
    [{ remove_background: { tolerance: 101 } }, "remove_background.tolerance"],
    [{ unknown: 1 }, "unknown"],
    ["text", ""],
    [null, ""]
  ])("%j names %s", (parameters, parameter) => {
    expect(refused(parameters)).toBe(parameter)
  })

  it.each([
    [{}],
    [{ crop: { left: 0, top: 0, width: 400, height: 300 } }],
    [{ format: "jpeg", remove_background: {}, background: "#ffffff" }],
    [{ resize: { width: 8000 }, format: "png" }]
  ])("%j is fine", (parameters) => {
    expect(refused(parameters)).toBeNull()
  })

  it("keeps work within memory: large sources are for crop, resize and format", () => {
    const large = { width: 8000, height: 6000 }
    expect(refused({ blur: 2 }, large)).toBe("blur")
    expect(refused({ rotate: 90, resize: { width: 100 } }, large)).toBe("rotate")
    expect(refused({ blur: 2, resize: { width: 4000 } }, large)).toBeNull()
    expect(refused({ blur: 2, crop: { left: 0, top: 0, width: 4000, height: 3000 } }, large)).toBeNull()
    expect(refused({ resize: { width: 4000 } }, large)).toBeNull()
    const photo = { width: 6000, height: 4000 }
    expect(refused({ grayscale: true, sharpen: 1 }, photo)).toBeNull()
    expect(refused({ grayscale: true, sharpen: 1, tint: "#ff0000" }, photo)).toBe("grayscale")
    expect(refused({ rotate: 10, blur: 1 }, { width: 4000, height: 3000 })).toBeNull()
    expect(refused({ format: "avif" }, large)).toBe("format")
  })

  it("lets nothing that moves pixels go through a mask", () => {
    expect(refused({ blur: 2 }, source, true)).toBeNull()
    expect(refused({ blur: 2, rotate: 0, flip: false }, source, true)).toBeNull()
    for (const [key, value] of [
      ["crop", { left: 0, top: 0, width: 1, height: 1 }],
      ["rotate", 180],
      ["flip", true],
      ["flop", true],
      ["resize", { width: 400 }]
    ] as const) {
      expect(refused({ blur: 2, [key]: value }, source, true)).toBe(key)
    }
    expect(refused({ format: "webp" }, source, true)).toBe("mask")
  })
})
