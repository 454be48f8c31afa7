import { type Box, boxes, findBox } from "./Boxes.js"
import { ascii, hasAscii, uintBE } from "./Bytes.js"
import type { Header } from "./Header.js"

const unknown: Header = { width: null, height: null, alpha: null, animated: null, orientation: null }

const maxAssociations = 4096

/** Property numbers (from 1) of the item, read from ipma. */
const propertiesOf = (bytes: Uint8Array, ipma: Box, item: number): ReadonlyArray<number> => {
  const version = bytes[ipma.data] ?? 0
  const wide = ((bytes[ipma.data + 3] ?? 0) & 1) === 1
  const idSize = version < 1 ? 2 : 4
  const entries = Math.min(uintBE(bytes, ipma.data + 4, 4) ?? 0, maxAssociations)
  let at = ipma.data + 8
  for (let entry = 0; entry < entries && at < ipma.end; entry++) {
    const id = uintBE(bytes, at, idSize)
    const count = bytes[at + idSize] ?? 0
    at += idSize + 1
    if (id === item) {
      return Array.from({ length: count }, (_, index) =>
        wide ? (uintBE(bytes, at + index * 2, 2) ?? 0) & 0x7fff : (bytes[at + index] ?? 0) & 0x7f
      )
    }
    at += count * (wide ? 2 : 1)
  }
  return []
}

const primaryItem = (bytes: Uint8Array, meta: Box): number | null => {
  const pitm = findBox(bytes, meta.data + 4, meta.end, "pitm")
  return pitm === null ? null : uintBE(bytes, pitm.data + 4, (bytes[pitm.data] ?? 0) === 0 ? 2 : 4)
}

const isAlphaUrn = (bytes: Uint8Array, box: Box): boolean =>
  box.type === "auxC" && hasAscii(bytes, box.data + 4, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")

/** Header facts of an AVIF, from the properties of its primary item: ispe for the size, irot for a quarter turn. */
export const avifHeader = (bytes: Uint8Array): Header => {
  const animated = ascii(bytes, 8, 4) === "avis"
  const meta = findBox(bytes, 0, bytes.length, "meta")
  const iprp = meta === null ? null : findBox(bytes, meta.data + 4, meta.end, "iprp")
  const ipco = iprp === null ? null : findBox(bytes, iprp.data, iprp.end, "ipco")
  if (meta === null || iprp === null || ipco === null) return { ...unknown, animated }
  const properties = boxes(bytes, ipco.data, ipco.end)
  const ipma = findBox(bytes, iprp.data, iprp.end, "ipma")
  const item = primaryItem(bytes, meta)
  const owned =
    ipma === null || item === null
      ? []
      : propertiesOf(bytes, ipma, item).flatMap((number) => properties[number - 1] ?? [])
  const ispe = owned.find((box) => box.type === "ispe") ?? null
  const irot = owned.find((box) => box.type === "irot") ?? null
  const width = ispe === null ? null : uintBE(bytes, ispe.data + 4, 4)
  const height = ispe === null ? null : uintBE(bytes, ispe.data + 8, 4)
  const turned = irot !== null && ((bytes[irot.data] ?? 0) & 1) === 1
  return {
    width: turned ? height : width,
    height: turned ? width : height,
    alpha: properties.some((box) => isAlphaUrn(bytes, box)),
    animated,
    orientation: null
  }
}
