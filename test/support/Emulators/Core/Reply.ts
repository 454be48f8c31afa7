import type { Json, Reply } from "./Types.js"

export const bytesReply = (
  status: number,
  type: string,
  body: Buffer,
  headers: Record<string, string> = {}
): Reply => ({
  status,
  headers: { ...(type === "" ? {} : { "content-type": type }), ...headers },
  body
})

export const jsonReply = (status: number, body: Json, headers: Record<string, string> = {}): Reply =>
  bytesReply(status, "application/json", Buffer.from(JSON.stringify(body)), headers)

export const textReply = (
  status: number,
  body: string,
  type = "text/plain",
  headers: Record<string, string> = {}
): Reply => bytesReply(status, type, Buffer.from(body), headers)

export const htmlReply = (status: number, title: string): Reply =>
  textReply(
    status,
    `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`,
    "text/html"
  )

/** An object without one of its fields. */
export const without =
  (name: string) =>
  (value: Json): Json =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
