/** How long one piece of work may take, in milliseconds, the child's start included. */
export const timeLimit = 10_000

/** How much of the machine's memory the child may hold, in bytes. */
export const memoryLimit = 512 * 1024 * 1024

/**
 * How much more writable memory than that the kernel gives it, in bytes: what was asked for and never touched counts there too, thread
 * stacks and encoders' tables. It holds where the child cannot look at itself, because it grows faster than it looks.
 */
export const untouched = 256 * 1024 * 1024

/** The child's own JavaScript, in MiB: pixels lie outside of it. */
export const heapLimit = 128

/** After so long without work, in milliseconds, the child ends. */
export const idleLimit = 30_000
