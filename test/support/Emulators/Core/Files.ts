import { randomUUID } from "node:crypto"
import { bytesReply, htmlReply, jsonReply } from "./Reply.js"
import type { Reply } from "./Types.js"
import type { WireName } from "./Wires.js"

/** How the files of one submission are served, or advertised. */
export interface FileTwist {
  readonly url?: (url: string) => string
  readonly reply?: (reply: Reply, url: string) => Reply
  readonly wire?: WireName
  readonly ms?: number
}

export interface StoredFile {
  readonly path: string
  readonly bytes: Buffer
  readonly type: string
  readonly twist: FileTwist
}

/** The CDN of an emulator. */
export interface Files {
  /** Stores bytes and answers with the URL to advertise. */
  readonly put: (folder: string, extension: string, type: string, bytes: Buffer, twist?: FileTwist) => string
  /** A place that an upload will fill. */
  readonly reserve: (folder: string, name: string) => { readonly path: string; readonly url: string }
  readonly fill: (path: string, type: string, bytes: Buffer) => boolean
  readonly find: (path: string) => StoredFile | undefined
  readonly has: (url: string) => boolean
  readonly clear: () => void
}

export const makeFiles = (base: () => string): Files => {
  const stored = new Map<string, StoredFile>()
  const reserved = new Set<string>()
  return {
    put: (folder, extension, type, bytes, twist = {}) => {
      const path = `${folder}/${randomUUID()}${extension}`
      stored.set(path, { path, bytes, type, twist })
      const url = base() + path
      return twist.url ? twist.url(url) : url
    },
    reserve: (folder, name) => {
      const path = `${folder}/${randomUUID()}_${name.replaceAll(/[^A-Za-z0-9._-]/g, "_")}`
      reserved.add(path)
      return { path, url: base() + path }
    },
    fill: (path, type, bytes) => {
      if (!reserved.has(path)) return false
      stored.set(path, { path, bytes, type, twist: {} })
      return true
    },
    find: (path) => stored.get(path),
    has: (url) => stored.has(url.slice(base().length)),
    clear: () => {
      stored.clear()
      reserved.clear()
    }
  }
}

/** What the CDN answers for a path. */
export const serveFile = (file: StoredFile | undefined, url: string): Reply => {
  if (!file) return htmlReply(404, "Not Found")
  const reply = bytesReply(200, file.type, file.bytes, {
    "cache-control": "public, max-age=31536000",
    "accept-ranges": "none"
  })
  return file.twist.reply ? file.twist.reply(reply, url) : reply
}

export const gone = (status: number): Reply => jsonReply(status, { detail: "File not found" })
