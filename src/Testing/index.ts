export { Captured, type CaptureOptions, layerCapture } from "./Capture.js"
export { layerTest, type LayerTestOptions, testAddress } from "./Library.js"
export {
  type CommandOptions,
  type CommandResult,
  home,
  type Machine,
  type MachineOptions,
  makeMachine,
  runCommand,
  runCommandPromise
} from "./Machine.js"
export {
  type FileCall,
  layerMemoryFiles,
  makeMemoryFiles,
  MemoryFiles,
  type MemoryFilesOptions
} from "./MemoryFiles.js"
export { bodyText, failsWith, fakeActor, routes, succeeds } from "./Service.js"
export { layerImages, layerRecorded, unreachable } from "./Transport.js"
export {
  type FakeAnswer,
  type FakeHandler,
  FakeRequests,
  layerFake,
  type RecordedRequest
} from "../Services/Http/Fake.js"
export { ConfigStore } from "../Services/ConfigStore.js"
export { Deadlines } from "../Services/Deadlines.js"
export { Entropy } from "../Services/Entropy.js"
export { Env } from "../Services/Env.js"
export { Prefix } from "../Services/Prefix.js"
export { Signals } from "../Services/Signals.js"
export { Stdin } from "../Services/Stdin.js"
export { Target } from "../Services/Target.js"
export { Telemetry } from "../Services/Telemetry.js"
export { TokenSource } from "../Services/TokenSource.js"
