import { problems } from "../Core/Checks.js"
import type { Multipart, MultipartFile } from "../Core/Multipart.js"
import type { Json, Reply } from "../Core/Types.js"
import { measure } from "../Media/Measure.js"
import { editFields, errorReply, invalid, wording } from "./Fields.js"

const megabytes = (n: number): number => n * 1024 * 1024

const badImage = (file: MultipartFile): Reply | undefined => {
  const size = measure(file.bytes)
  if (file.size >= megabytes(50))
    return errorReply(400, "Image file is too large: at most 50 MB.", "invalid_request_error", "image", null)
  if (!size || size.type === "image/gif") {
    return invalid(
      "Invalid image file or mode for image 1, please check your image file.",
      "image",
      "invalid_image_file"
    )
  }
  if (file.contentType !== size.type) {
    return invalid(
      `Invalid file 'image': unsupported mimetype ('${file.contentType}'). Supported file formats are 'image/jpeg', 'image/png', and 'image/webp'.`,
      "image",
      "unsupported_file_mimetype"
    )
  }
  return undefined
}

const badMask = (mask: MultipartFile, first: MultipartFile): Reply | undefined => {
  const refuse = (message: string): Reply =>
    errorReply(400, message, "image_generation_user_error", "mask", "invalid_mask_image_format")
  const size = measure(mask.bytes)
  if (size?.type !== "image/png" || mask.contentType !== "image/png")
    return refuse("Invalid mask image format - mask must be a PNG.")
  if (!size.alpha) return refuse("Invalid mask image format - mask image missing alpha channel")
  if (mask.size >= megabytes(4)) return refuse("Invalid mask image - mask size must be less than 4 MB")
  if (size.width !== first.width || size.height !== first.height) {
    return refuse("Invalid mask image format - mask size does not match image size")
  }
  return undefined
}

const numeric = new Set(["n", "output_compression", "partial_images"])

/** Form values as the JSON they stand for. */
const fieldsOf = (form: Multipart): Json => {
  const body: Json = {}
  for (const [name, value] of form.fields) {
    body[name] =
      numeric.has(name) && /^-?\d+$/.test(value)
        ? Number(value)
        : name === "stream" && /^(true|false)$/.test(value)
          ? value === "true"
          : value
  }
  return body
}

/** An edit's form, checked: its fields as JSON and its pictures in order. */
export const checkEdit = (
  form: Multipart
): { readonly refuse: Reply } | { readonly body: Json; readonly images: ReadonlyArray<MultipartFile> } => {
  const stray = form.files.find((file) => !["image", "image[]", "mask"].includes(file.field))
  if (stray)
    return { refuse: invalid(`Unknown parameter: '${stray.field}'.`, stray.field, "unknown_parameter") }
  const names = form.fields.map(([name]) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined)
    return { refuse: invalid(`Duplicate parameter: '${twice}'.`, twice, "duplicate_parameter") }
  const body = fieldsOf(form)
  const single = form.files.filter((file) => file.field === "image")
  const several = form.files.filter((file) => file.field === "image[]")
  const masks = form.files.filter((file) => file.field === "mask")
  if (single.length > 1 || (single.length > 0 && several.length > 0)) {
    return {
      refuse: invalid(
        "Duplicate parameter: 'image'. You provided multiple values for this parameter, whereas only one is allowed. If you are trying to provide a list of values, use the array syntax instead e.g. 'image[]=<value>'.",
        "image",
        "duplicate_parameter"
      )
    }
  }
  const [problem] = problems(editFields, body)
  if (problem) return { refuse: wording(problem) }
  const images = [...single, ...several]
  const [first] = images
  if (!first)
    return { refuse: invalid("Missing required parameter: 'image'.", "image", "missing_required_parameter") }
  if (images.length > 16)
    return {
      refuse: invalid(
        "Invalid 'image': array too long. Expected at most 16 items.",
        "image",
        "array_above_max_length"
      )
    }
  const bad = images.map(badImage).find((reply) => reply !== undefined)
  if (bad) return { refuse: bad }
  if (masks.length > 1)
    return { refuse: invalid("Duplicate parameter: 'mask'.", "mask", "duplicate_parameter") }
  const wrongMask = masks[0] && badMask(masks[0], first)
  return wrongMask ? { refuse: wrongMask } : { body, images }
}
