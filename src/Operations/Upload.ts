import { storesMedia } from "../Schema/Effects.js"
import { UploadInput, UploadRequest, UploadResult } from "../Schema/Upload.js"
import { flag, operand, service } from "./Operation.js"

/** Makes an owned input asset of a local image or one at a URL; the client reads it, the service never fetches (contract §6). */
export const upload = service({
  id: "upload",
  command: ["upload"],
  summary: "Upload a local image or an image at a URL as an owned input asset",
  input: UploadInput,
  output: UploadResult,
  codes: [
    "INPUT_POLICY_DENIED",
    "INPUT_READ_FAILED",
    "REMOTE_UPLOAD_FETCH_FAILED",
    "UPLOAD_ASSET_ID_MISSING",
    "DAILY_JOB_LIMIT_REACHED",
    "ARTIFACT_STORAGE_WRITE_FAILED"
  ],
  auth: "required",
  effects: () => storesMedia,
  touches: (input) => (/^https?:/.test(input.source) ? ["network"] : ["files"]),
  argv: (input) => ["upload", ...flag("idempotency-key", input.idempotency_key), ...operand(input.source)],
  wire: {
    method: "POST",
    path: "/v1/upload",
    request: UploadRequest,
    headers: { idempotency_key: "idempotency-key" }
  },
  grant: "upload"
})
