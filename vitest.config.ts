import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

export default defineConfig({
  // The sources as they stand are no program that Node can start: `setup` bundles this one of them.
  define: {
    __PIXEL_CHILD__: JSON.stringify(
      fileURLToPath(new URL("node_modules/.cache/pixels/PixelChild.cjs", import.meta.url))
    )
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/PixelProgram.mjs",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: "forks",
    poolOptions: { forks: { minForks: 1, maxForks: 2 } },
    reporters: ["default"]
  }
})
