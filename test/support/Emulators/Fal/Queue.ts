import { randomUUID } from "node:crypto"
import type { Done, Host, Twist } from "../Core/Protocol.js"
import { bytesReply, jsonReply } from "../Core/Reply.js"
import type { JobView, Json } from "../Core/Types.js"
import { plainDetail } from "./Errors.js"
import { costOf, type Input, resultOf, unitsOf } from "./Outputs.js"

export interface QueueOptions {
  /** How many status polls see each state before COMPLETED. */
  readonly polls: { readonly queued: number; readonly running: number }
  readonly rounding: "ceil" | "exact"
}

interface Job {
  readonly id: string
  readonly base: string
  readonly input: Input
  readonly twist: Twist
  readonly units: number
  polls: number
  finished: boolean
  cancelled: boolean
  result: Done["reply"] | undefined
}

/** The app that status, result and cancel belong to: two segments, after a namespace if there is one. */
export const appBase = (endpoint: string): string => {
  const parts = endpoint.split("/")
  return parts.slice(0, parts[0] === "workflows" || parts[0] === "comfy" ? 3 : 2).join("/")
}

/** fal's queue: submissions become jobs that polls move on. */
export const makeQueue = (options: QueueOptions) => {
  const jobs = new Map<string, Job>()

  const stateOf = (job: Job): JobView["state"] => {
    if (job.finished) return "COMPLETED"
    const { stays, extraPolls = 0 } = job.twist.job ?? {}
    const { queued, running } = options.polls
    const natural =
      job.polls > queued + running + extraPolls
        ? "COMPLETED"
        : job.polls > queued
          ? "IN_PROGRESS"
          : "IN_QUEUE"
    return stays === "IN_QUEUE"
      ? "IN_QUEUE"
      : stays === "IN_PROGRESS" && natural === "COMPLETED"
        ? "IN_PROGRESS"
        : natural
  }

  const advance = (job: Job, host: Host): JobView["state"] => {
    const state = stateOf(job)
    if (state === "COMPLETED" && !job.finished) {
      job.finished = true
      const failure = job.twist.job?.failure
      host.settle(job.id, failure && failure.billed !== true ? 0 : costOf(job.input, job.units), "accepted")
    }
    return state
  }

  const links = (job: Job, host: Host): Json => {
    const at = `${host.url}/${job.base}/requests/${job.id}`
    return { request_id: job.id, response_url: at, status_url: `${at}/status`, cancel_url: `${at}/cancel` }
  }

  const statusBody = (job: Job, host: Host, logs: boolean): Json => {
    const state = advance(job, host)
    const lines = [
      { message: "Warming up", level: "INFO", source: "USER", timestamp: "2026-11-21T00:00:00.000000" }
    ]
    const body = {
      status: state,
      ...links(job, host),
      ...(state === "IN_QUEUE"
        ? { queue_position: Math.max(0, 2 - job.polls) }
        : { logs: logs ? lines : state === "COMPLETED" ? [] : null }),
      ...(state === "COMPLETED"
        ? { metrics: { inference_time: 3.42 }, ...job.twist.job?.failure?.completed }
        : {}),
      ...(state === "COMPLETED" && job.cancelled && !job.twist.job?.failure && job.result
        ? { error: "Request was cancelled", error_type: "client_cancelled" }
        : {})
    }
    return job.twist.job?.status ? job.twist.job.status(body) : body
  }

  const find = (base: string, id: string): Job | undefined => {
    const job = jobs.get(id)
    return job?.base === base ? job : undefined
  }
  const unknown = (): Done => ({ reply: plainDetail(404, "Request not found") })

  return {
    submit: (input: Input, twist: Twist, host: Host, webhook: boolean): Done => {
      const planned = unitsOf(input, options.rounding)
      const units = twist.units ? twist.units(planned) : planned
      const job: Job = {
        id: randomUUID(),
        base: appBase(input.endpoint),
        input,
        twist,
        units,
        polls: 0,
        finished: false,
        cancelled: false,
        result: undefined
      }
      jobs.set(job.id, job)
      const body = {
        status: "IN_QUEUE",
        ...links(job, host),
        logs: null,
        metrics: {},
        queue_position: 0,
        ...(webhook ? { gateway_request_id: job.id } : {})
      }
      const sent = twist.job?.submit ? twist.job.submit(body) : body
      return {
        reply: jsonReply(200, sent, { "x-fal-request-id": job.id }),
        micros: costOf(input, units),
        requestId: job.id,
        outcome: "pending"
      }
    },

    status: (base: string, id: string, logs: boolean, host: Host): Done => {
      const job = find(base, id)
      if (!job || job.twist.job?.vanishes === "status") return unknown()
      job.polls += 1
      const body = statusBody(job, host, logs)
      const code = job.twist.job?.statusCode ?? (body.status === "COMPLETED" ? 200 : 202)
      return { reply: jsonReply(code, body, { "x-fal-request-id": id }) }
    },

    /** All the events that are left, at once; a job that never ends just stops talking. */
    stream: (base: string, id: string, logs: boolean, host: Host): Done => {
      const job = find(base, id)
      if (!job) return unknown()
      const events: Array<Json> = []
      for (let i = 0; i < 50; i++) {
        job.polls += 1
        events.push(statusBody(job, host, logs))
        if (job.finished) break
      }
      return {
        reply: bytesReply(
          200,
          "text/event-stream",
          Buffer.from(events.map((e) => `data: ${JSON.stringify(e)}\n\n`).join(""))
        )
      }
    },

    result: (base: string, id: string, host: Host): Done => {
      const job = find(base, id)
      if (!job || job.twist.job?.vanishes === "result") return unknown()
      if (advance(job, host) !== "COMPLETED")
        return { reply: plainDetail(400, "Request is still in progress") }
      job.result ??= job.twist.job?.failure?.reply ?? resultOf(job.input, job.twist, host, id, job.units)
      const reply = {
        ...job.result,
        headers: { ...(job.twist.headers ? {} : { "x-fal-request-id": id }), ...job.result.headers }
      }
      return { reply: job.twist.job?.result ? job.twist.job.result(reply) : reply }
    },

    cancel: (base: string, id: string, host: Host): Done => {
      const job = find(base, id)
      const how = job?.twist.job?.cancel
      if (!job || how === "not-found") return { reply: jsonReply(404, { status: "NOT_FOUND" }) }
      if (how === "already-completed" || advance(job, host) === "COMPLETED")
        return { reply: jsonReply(400, { status: "ALREADY_COMPLETED" }) }
      job.cancelled = true
      if (how !== "ignored") {
        job.finished = true
        job.result = plainDetail(499, "Request was cancelled")
        host.settle(id, 0, "refused")
      }
      return { reply: jsonReply(202, { status: "CANCELLATION_REQUESTED" }) }
    },

    /** The synchronous host answers with the result alone. */
    run: (input: Input, twist: Twist, host: Host): Done => {
      const planned = unitsOf(input, options.rounding)
      const units = twist.units ? twist.units(planned) : planned
      const id = randomUUID()
      const failure = twist.job?.failure
      return {
        reply: failure ? failure.reply : resultOf(input, twist, host, id, units),
        micros: failure && failure.billed !== true ? 0 : costOf(input, units),
        requestId: id
      }
    },

    views: (): ReadonlyArray<JobView> =>
      [...jobs.values()].map((j) => ({
        requestId: j.id,
        endpoint: j.input.endpoint,
        state: stateOf(j),
        cancelled: j.cancelled,
        polls: j.polls
      })),
    finish: (id: string): void => {
      const job = jobs.get(id)
      if (job) job.finished = true
    },
    clear: (): void => jobs.clear()
  }
}

export type Queue = ReturnType<typeof makeQueue>
