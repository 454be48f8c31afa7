// Draws 24 prompts with the local canvas and joins them to docs/gallery.png, with their reports in docs/gallery.md.
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"
import sharp from "sharp"

const prompts = [
  "a field camera on a workbench",
  "a red fox in a forest at dawn",
  "a lighthouse on a beach at sunset",
  "three hot air balloons over the mountains at golden hour",
  "a cat and a lamp on a table in a room at night",
  "a whale and a sailboat on the ocean",
  "a castle in the mountains at night",
  "a robot in a city in the rain, comic style",
  "an octopus underwater",
  "an astronaut in space",
  "watercolor sketchbook page of a duck on a lake in fog",
  "a snowman beside a house in the snow, snowing",
  "travel poster of a cactus in the desert at sunset",
  "a steam train in a field",
  "a paper cut owl in a forest under the moon",
  "a blueprint of a rocket",
  "flowers in a blue vase on a table",
  "a green dragon behind a knight",
  "neon car on a street at night",
  "five sheep in a meadow and a windmill, no clouds",
  "stained glass butterfly in a garden",
  "a silhouette of a deer in the savanna at sunset",
  "pastel ice cream, a donut and a cupcake in a kitchen",
  "a geometric elephant"
]

const [columns, rows, tile] = [6, 4, 512]
const root = fileURLToPath(new URL("..", import.meta.url))
const folder = await mkdtemp(join(tmpdir(), "gallery-"))

try {
  const bundle = join(folder, "canvas.mjs")
  await build({
    entryPoints: [join(root, "src/Server/Providers/Local/Canvas/index.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: bundle,
    logLevel: "error"
  })
  const { draw, engineDescription } = await import(pathToFileURL(bundle).href)

  const drawings = prompts.map((prompt) => ({
    prompt,
    ...draw({ prompt, width: tile, height: tile, seed: 7, output: 0 })
  }))
  const images = await Promise.all(drawings.map(({ svg }) => sharp(Buffer.from(svg)).png().toBuffer()))

  const gap = 8
  const side = 400
  await sharp({
    create: {
      width: columns * (side + gap) + gap,
      height: rows * (side + gap) + gap,
      channels: 3,
      background: "#faf7f0"
    }
  })
    .composite(
      await Promise.all(
        images.map(async (image, index) => ({
          input: await sharp(image).resize(side, side).toBuffer(),
          left: gap + (index % columns) * (side + gap),
          top: gap + Math.floor(index / columns) * (side + gap)
        }))
      )
    )
    .png({ palette: true, colours: 256, effort: 10, dither: 0.6 })
    .toFile(join(root, "docs/gallery.png"))

  const described = drawings.map(({ prompt, report }, index) => {
    const { depicted, not_depicted } = report
    const subjects = depicted.subjects
      .map(
        ({ subject, count, colour }) =>
          `${count > 1 ? `${count} × ` : ""}${colour === null ? "" : `${colour} `}${subject}`
      )
      .join(", ")
    const relations = depicted.relations
      .map(({ relation, subject, object }) => `${subject} ${relation} ${object}`)
      .join("; ")
    const cells = [
      index + 1,
      prompt,
      subjects,
      relations,
      `${depicted.setting}, ${depicted.time_of_day}, ${depicted.weather}`,
      `${depicted.style}, ${depicted.palette}`,
      not_depicted.join(", ")
    ]
    return `| ${cells.join(" | ")} |`
  })
  await writeFile(
    join(root, "docs/gallery.md"),
    [
      "# Gallery of `local.canvas`",
      "",
      `${engineDescription} \`npm run gallery\` draws this sheet again.`,
      "",
      "![24 drawings, six to a row](gallery.png)",
      "",
      "| No. | Prompt | Subjects | Relations | Place, time, weather | Style, palette | Not depicted |",
      "|---|---|---|---|---|---|---|",
      ...described,
      ""
    ].join("\n")
  )
  console.log(`${drawings.length} drawings in docs/gallery.png`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
