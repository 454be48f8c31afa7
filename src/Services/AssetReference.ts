import * as path from "node:path"
import { fileURLToPath } from "node:url"
import * as Schema from "effect/Schema"
import { AssetId } from "../Schema/Ids.js"
import { builtInAddress, builtInMediaOrigin, type Service } from "./Target.js"

/** What an image argument names. */
export type AssetReference =
  | { readonly _tag: "Owned"; readonly assetId: string }
  | { readonly _tag: "Remote"; readonly url: string }
  | { readonly _tag: "File"; readonly path: string }
  /** A URL that can be neither: another scheme, or a file outside the asset store. */
  | { readonly _tag: "Foreign" }

const isAssetId = Schema.is(AssetId)
const assetFile = /^((?:image|video|audio|file)_[A-Za-z0-9_-]{1,120})\.[a-z0-9]{1,8}$/

/** The folder of the embedded service's asset files. */
export const assetFolder = (dataFolder: string): string => path.join(dataFolder, "a")

/**
 * Understands an image argument: an owned id or URL, somebody else's URL, or a path; `announced` is a further origin of the
 * service's media (contract §9).
 */
export const readReference = (
  text: string,
  service: Service,
  announced: string | null = null
): AssetReference => {
  if (isAssetId(text)) return { _tag: "Owned", assetId: text }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text) && !/^(?:data|file|blob):/i.test(text))
    return { _tag: "File", path: text }
  if (!URL.canParse(text)) return { _tag: "Foreign" }
  const url = new URL(text)
  const owned = assetFile.exec(decodeSegment(url.pathname.split("/").at(-1) ?? ""))?.[1]
  if (url.protocol === "file:") {
    const folder = service.dataFolder === null ? null : assetFolder(service.dataFolder)
    return owned !== undefined && folder !== null && path.dirname(fileURLToPath(url)) === folder
      ? { _tag: "Owned", assetId: owned }
      : { _tag: "Foreign" }
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") return { _tag: "Foreign" }
  const ours =
    url.pathname.split("/").at(-2) === "a" &&
    [service.origin, builtInMediaOrigin, announced].includes(url.origin)
  return ours && owned !== undefined ? { _tag: "Owned", assetId: owned } : { _tag: "Remote", url: text }
}

const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ""
  }
}

/** The origins from which an asset's bytes may be fetched: the service's own, and the built-in service's media host. */
export const mediaOrigins = (service: Service): ReadonlySet<string> =>
  new Set(
    service.origin === new URL(builtInAddress).origin
      ? [service.origin, builtInMediaOrigin]
      : [service.origin]
  )
