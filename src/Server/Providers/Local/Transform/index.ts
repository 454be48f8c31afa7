export { checkParameters, type ParametersCheck, refuseMask } from "./Check.js"
export { parametersSchema, type TransformFormat, type TransformParameters } from "./Parameters.js"
export { promptToParameters, type UnderstoodPrompt } from "./Prompt.js"
export { transform, type Transformed, type TransformOptions } from "./Transform.js"
