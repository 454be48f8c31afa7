/** The render itself: what a process takes that only loads sharp and draws a picture that is drawn already. */
import { readFileSync, writeFileSync } from "node:fs"
import sharp from "sharp"

const [svg, file] = process.argv.slice(2)
writeFileSync(
  file,
  await sharp(readFileSync(svg)).png({ compressionLevel: 6, adaptiveFiltering: false }).toBuffer()
)
