import type { Bond, Mention } from "./Parse.js"
import type { Random } from "./Random.js"
import type { Setting } from "./Scene.js"
import type { Subject } from "./Subject.js"

/** One drawn copy of a subject: its box in scene units, top left at `x`, `y`. */
export interface Placement {
  readonly mention: number
  readonly subject: Subject
  readonly x: number
  readonly y: number
  readonly scale: number
  readonly w: number
  readonly h: number
  readonly flip: boolean
  readonly angle: number
  /** How it meets what is below it. */
  readonly rests: "ground" | "seat" | "nothing"
}

/** Where everything goes, back to front. */
export interface Layout {
  readonly placements: ReadonlyArray<Placement>
  readonly focus: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly standing: boolean
  /** The bonds that could be kept. */
  readonly kept: ReadonlyArray<Bond>
}

interface Frame {
  readonly w: number
  readonly h: number
  readonly base: number
  readonly medium: Setting["medium"]
}

interface Piece extends Placement {
  readonly layer: number
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

interface Tree {
  readonly root: number
  readonly pieces: ReadonlyArray<Piece>
  readonly box: Box
  readonly airborne: boolean
}

const boxOf = (pieces: ReadonlyArray<Placement>): Box => ({
  left: Math.min(...pieces.map(({ x }) => x)),
  right: Math.max(...pieces.map(({ x, w }) => x + w)),
  top: Math.min(...pieces.map(({ y }) => y)),
  bottom: Math.max(...pieces.map(({ y, h }) => y + h))
})

const moved = (pieces: ReadonlyArray<Piece>, dx: number, dy: number): ReadonlyArray<Piece> =>
  pieces.map((piece) => ({ ...piece, x: piece.x + dx, y: piece.y + dy }))

const scaled = (pieces: ReadonlyArray<Piece>, factor: number): ReadonlyArray<Piece> =>
  pieces.map((piece) => ({
    ...piece,
    x: piece.x * factor,
    y: piece.y * factor,
    w: piece.w * factor,
    h: piece.h * factor,
    scale: piece.scale * factor
  }))

const layered = (pieces: ReadonlyArray<Piece>, by: number): ReadonlyArray<Piece> =>
  pieces.map((piece) => ({ ...piece, layer: piece.layer + by }))

// Real sizes span a bee and a mountain; the root keeps their order and lets both be seen.
const relativeSize = ({ size }: Subject): number => Math.min(60, Math.max(0.1, size)) ** 0.24

const floats = (subject: Subject, medium: Setting["medium"]): boolean =>
  subject.realm === "air" ||
  (medium === "deep" && subject.realm !== "ground") ||
  (medium === "open" && subject.realm !== "ground")

/** The copies of one mention, standing on y = 0 around x = 0. */
const cluster = (
  index: number,
  mention: Mention,
  subject: Subject,
  medium: Setting["medium"],
  random: Random
): ReadonlyArray<Piece> => {
  const unit = (100 * relativeSize(subject) * mention.size) / Math.sqrt(subject.w * subject.h)
  const airborne = floats(subject, medium)
  const swarm = Math.max(1, Math.round(Math.sqrt((mention.count * subject.w) / subject.h / 1.5)))
  const rows = airborne ? swarm : mention.count <= 3 ? 1 : mention.count <= 7 ? 2 : 3
  const perRow = Math.ceil(mention.count / rows)
  const facing = random.chance(0.5)
  const pieces: Array<Piece> = []
  for (let copy = 0; copy < mention.count; copy++) {
    const row = rows - 1 - Math.floor(copy / perRow)
    const inRow = Math.min(perRow, mention.count - (rows - 1 - row) * perRow)
    const column = copy % perRow
    const depth = row / 3
    const scale =
      unit * (1 - depth * (airborne ? 0.1 : 0.3)) * (mention.count > 1 ? random.between(0.9, 1.04) : 1)
    const [w, h] = [subject.w * scale, subject.h * scale]
    const pitch = subject.w * unit * (airborne ? 1.12 : 1.02)
    const centre =
      (column - (inRow - 1) / 2) * pitch +
      (row % 2 === 1 ? pitch * 0.4 : 0) +
      random.between(-0.05, 0.05) * pitch * (mention.count - 1)
    const lift = airborne
      ? row * subject.h * unit * 1.12 + (mention.count > 1 ? random.between(-0.2, 0.2) * subject.h * unit : 0)
      : row * subject.h * unit * 0.36 + (mention.count > 1 ? random.between(0, 0.07) * subject.h * unit : 0)
    const lean = subject.realm === "air" && !subject.symmetric ? random.between(-6, 6) : 0
    pieces.push({
      mention: index,
      subject,
      x: centre - w / 2,
      y: -h - lift,
      scale,
      w,
      h,
      flip: !subject.symmetric && (mention.count > 1 ? (random.chance(0.15) ? !facing : facing) : facing),
      angle: lean,
      rests: airborne ? "nothing" : "ground",
      layer: 0
    })
  }
  return pieces.sort((one, two) => one.y + one.h - (two.y + two.h))
}

const seatOf = (host: Piece, crown: boolean) => {
  const seat = crown ? host.subject.head : host.subject.seat
  const x = host.flip ? host.subject.w - seat.x : seat.x
  return { x: host.x + x * host.scale, y: host.y + seat.y * host.scale, half: seat.half * host.scale }
}

const shrink = (pieces: ReadonlyArray<Piece>, maxW: number, maxH: number): ReadonlyArray<Piece> => {
  const box = boxOf(pieces)
  const factor = Math.min(1, maxW / (box.right - box.left), maxH / (box.bottom - box.top))
  return scaled(pieces, factor)
}

/** Stems together, heads apart. */
const gathered = (pieces: ReadonlyArray<Piece>): ReadonlyArray<Piece> => {
  const { left, right } = boxOf(pieces)
  const middle = (left + right) / 2
  return pieces.map((piece) => {
    const off = (piece.x + piece.w / 2 - middle) / Math.max(1, (right - left) / 2)
    return { ...piece, x: middle + off * piece.w * 0.5 - piece.w / 2, angle: off * 20 }
  })
}

const headwear = new Set(["hat", "crown"])

/** Attaches a tree to the piece it stands in relation to; both move in the host's coordinates. */
const attach = (
  host: Piece,
  hostBox: Box,
  child: ReadonlyArray<Piece>,
  relation: string,
  slot: number,
  slots: number,
  side: number
): ReadonlyArray<Piece> => {
  const [hostW, hostH] = [hostBox.right - hostBox.left, hostBox.bottom - hostBox.top]
  const centreX = (hostBox.left + hostBox.right) / 2
  const at = (pieces: ReadonlyArray<Piece>, x: number, bottom: number) => {
    const box = boxOf(pieces)
    return moved(pieces, x - (box.left + box.right) / 2, bottom - box.bottom)
  }
  if (relation === "on" || relation === "in") {
    const crown = headwear.has(child[0]?.subject.id ?? "") && !host.subject.shelter
    const seat = seatOf(host, crown)
    const room = crown ? seat.half * 2.7 : (seat.half * 2 * 1.25) / slots
    const tall = child.every(({ w, h }) => h > w * 1.4)
    const bunch = relation === "in" && tall ? gathered(child) : child
    const fitted = shrink(
      bunch,
      relation === "in" && tall ? host.w * 1.15 : Math.max(room, host.w * 0.3),
      crown ? host.h : Math.max(host.h * 0.95, room)
    )
    const x = slots === 1 ? seat.x : seat.x + ((slot + 0.5) / slots - 0.5) * seat.half * 2
    const box = boxOf(fitted)
    const height = box.bottom - box.top
    const sink = relation === "in" ? height * 0.36 : crown ? height * 0.24 : height * 0.03
    const put = at(fitted, x, seat.y + sink)
    return layered(put, relation === "in" ? -1 : 1).map((piece) => ({
      ...piece,
      rests: crown || relation === "in" ? ("nothing" as const) : ("seat" as const)
    }))
  }
  if (relation === "above") {
    const fitted = shrink(child, hostW * 1.3, hostH * 0.9)
    return at(fitted, centreX + side * hostW * 0.06, hostBox.top - hostH * 0.1).map((piece) => ({
      ...piece,
      rests: "nothing" as const
    }))
  }
  if (relation === "under") {
    if (host.rests === "nothing") {
      const box = boxOf(child)
      return moved(child, centreX - (box.left + box.right) / 2, hostBox.bottom + hostH * 0.1 - box.top)
    }
    const open = host.subject.shelter
    const fitted = shrink(child, hostW * (open ? 0.52 : 0.4), hostH * (open ? 0.56 : 0.42))
    return layered(at(fitted, centreX + (open ? hostW * 0.04 * side : 0), hostBox.bottom + hostH * 0.025), 2)
  }
  if (relation === "behind") {
    const box = boxOf(child)
    const want = Math.min(1.7, Math.max(1, (hostH * 1.18) / (box.bottom - box.top)))
    const grown = scaled(child, want)
    const wide = boxOf(grown)
    const shift =
      wide.right - wide.left > hostW * 1.5 ? hostW * 0.2 : (hostW + (wide.right - wide.left)) * 0.3
    return layered(at(grown, centreX + side * shift, hostBox.bottom - hostH * 0.1), -3)
  }
  // In front of: nearer, so lower on the page, and small enough to let the host be seen.
  const fitted = shrink(child, hostW * 0.66, hostH * 0.66)
  return layered(at(fitted, centreX + side * hostW * 0.24, hostBox.bottom + hostH * 0.08), 3)
}

// These belong to the sky: they take their place there instead of hanging over the other subject.
const celestial = new Set(["moon", "sun", "star", "cloud", "rainbow", "planet", "lightning", "comet"])

/** Whether a subject is part of the sky. */
export const isCelestial = (subject: Subject): boolean => celestial.has(subject.id)

const attaching = new Set(["on", "in", "above", "under", "behind", "in front of"])

const rootsOf = (count: number, parents: ReadonlyMap<number, Bond>) => {
  const rootOf = (index: number): number => {
    const parent = parents.get(index)
    return parent === undefined || typeof parent.object !== "number" ? index : rootOf(parent.object)
  }
  return Array.from({ length: count }, (_, index) => rootOf(index))
}

/** Orders roots so that each stands left of those it must; the order of the prompt decides the rest. */
const ordered = (
  roots: ReadonlyArray<number>,
  before: ReadonlyArray<readonly [number, number]>
): ReadonlyArray<number> => {
  const left = [...roots]
  const result: Array<number> = []
  while (left.length > 0) {
    const free = left.findIndex((root) => !before.some(([one, two]) => two === root && left.includes(one)))
    result.push(...left.splice(Math.max(0, free), 1))
  }
  return result
}

/** Places every mention in the frame. */
export const layout = (
  mentions: ReadonlyArray<Mention>,
  bonds: ReadonlyArray<Bond>,
  find: (id: string) => Subject,
  frame: Frame,
  random: Random
): Layout => {
  const { w: W, h: H, base, medium } = frame
  const parents = new Map<number, Bond>()
  const kept: Array<Bond> = []
  const kind = (index: number): Subject | null => {
    const mention = mentions[index]
    return mention === undefined ? null : find(mention.subject)
  }
  const apart = ({ relation, subject, object }: Bond): boolean => {
    const [low, high] =
      relation === "under" ? [subject, object] : relation === "above" ? [object, subject] : [null, null]
    if (typeof low !== "number" || typeof high !== "number") return false
    const [below, over] = [kind(low), kind(high)]
    return below !== null && over !== null && isCelestial(over) && below.realm !== "air"
  }
  for (const bond of bonds) {
    if (typeof bond.object !== "number") {
      kept.push(bond)
    } else if (apart(bond)) {
      kept.push(bond)
    } else if (attaching.has(bond.relation) && !parents.has(bond.subject)) {
      if (rootsOf(mentions.length, parents)[bond.object] === bond.subject) continue
      parents.set(bond.subject, bond)
      kept.push(bond)
    }
  }
  const rootOf = rootsOf(mentions.length, parents)
  const before: Array<readonly [number, number]> = []
  for (const bond of bonds) {
    if (typeof bond.object !== "number" || attaching.has(bond.relation)) continue
    const [one, two] = [rootOf[bond.subject] ?? 0, rootOf[bond.object] ?? 0]
    if (one === two) continue
    if (bond.relation === "left of") before.push([one, two])
    if (bond.relation === "right of") before.push([two, one])
    kept.push(bond)
  }

  const grow = (index: number): ReadonlyArray<Piece> => {
    const mention = mentions[index]
    if (mention === undefined) return []
    const own = cluster(index, mention, find(mention.subject), medium, random.fork(`cluster/${index}`))
    const children = [...parents.entries()].filter(([, bond]) => bond.object === index)
    const host = own[own.length - 1]
    if (host === undefined) return own
    const seated = children.filter(([, bond]) => bond.relation === "on" || bond.relation === "in")
    let pieces = own
    let side = random.fork(`side/${index}`).chance(0.5) ? 1 : -1
    for (const [child, bond] of children) {
      const slot = seated.findIndex(([other]) => other === child)
      pieces = [
        ...pieces,
        ...attach(
          host,
          boxOf(own),
          grow(child),
          bond.relation,
          Math.max(0, slot),
          Math.max(1, seated.length),
          side
        )
      ]
      side = -side
    }
    return pieces
  }

  const side = (root: number): number => {
    const place = mentions[root]?.side
    return place === "left" ? -1 : place === "right" ? 1 : 0
  }
  const roots = [...new Set(rootOf)].sort((one, two) => side(one) - side(two) || one - two)
  const trees = ordered(roots, before).map((root): Tree => {
    const pieces = grow(root)
    return { root, pieces, box: boxOf(pieces), airborne: pieces.every(({ rests }) => rests === "nothing") }
  })
  if (trees.length === 0)
    return {
      placements: [],
      focus: { x: W * 0.3, y: H * 0.3, w: W * 0.4, h: H * 0.4 },
      standing: false,
      kept: []
    }

  const bound = new Set(before.flat())
  const inRow = trees.filter(({ airborne, root }) => !airborne || bound.has(root))
  const row = inRow.length > 0 ? inRow : trees
  const aloft = inRow.length > 0 ? trees.filter((tree) => !row.includes(tree)) : []

  let cursor = 0
  const lined = row
    .map((tree, index) => {
      const width = tree.box.right - tree.box.left
      const crowd = row.length > 2 && bound.size === 0
      const gap = index === 0 ? 0 : crowd ? -0.14 * Math.min(width, 120) : 7
      const step = row.length > 1 && index % 2 === 1 && !tree.airborne ? (crowd ? -20 : -5) : 0
      const lift = tree.airborne && inRow.length > 0 ? -50 : 0
      const pieces = layered(
        moved(tree.pieces, cursor + gap - tree.box.left, (tree.airborne ? 0 : step) + lift),
        step < 0 ? -10 : 0
      )
      cursor += gap + width
      return pieces
    })
    .flat()

  const freeRow = lined.every(({ rests }) => rests === "nothing")
  const box = boxOf(lined)
  const single = mentions.length === 1 && mentions[0]?.count === 1
  const portrait = H > W * 1.3
  const roomW = W * (portrait ? 0.84 : single ? 0.68 : 0.86)
  const ceiling = H * (aloft.length > 0 ? 0.36 : 0.1)
  const roomH = freeRow
    ? H * (medium === "land" || medium === "surface" ? 0.56 : 0.64)
    : (base - ceiling) * (single ? 0.88 : 0.94)
  const factor = Math.min(roomW / (box.right - box.left), roomH / (box.bottom - box.top))
  const wide = W > H * 1.7
  const drift = random.fork("drift")
  const slack = W - (box.right - box.left) * factor
  const centre =
    wide && single
      ? W * drift.pick(0.4, 0.6)
      : W / 2 + drift.between(-0.12, 0.12) * slack * (portrait ? 0.4 : 0.6)
  const fitted = scaled(lined, factor)
  const fitBox = boxOf(fitted)
  const sunk = medium === "surface" ? 0.07 : 0
  const floor = freeRow
    ? H * (medium === "land" || medium === "surface" ? 0.38 : 0.47) + (fitBox.bottom - fitBox.top) / 2
    : base
  const grounded = moved(fitted, centre - (fitBox.left + fitBox.right) / 2, floor - fitBox.bottom).map(
    (piece) =>
      medium === "surface" && piece.rests === "ground"
        ? {
            ...piece,
            y:
              piece.y +
              piece.h *
                (piece.subject.realm === "water" ? 0.22 : piece.subject.realm === "ground" ? 0.04 : sunk)
          }
        : piece
  )

  const crown = boxOf(grounded)
  const places = [0.74, 0.26, 0.5, 0.88, 0.12]
  const flying = aloft.flatMap((tree, index) => {
    const roomTop = Math.max(H * 0.16, Math.min(crown.top - H * 0.02, H * 0.42) - H * 0.06)
    const [tw, th] = [tree.box.right - tree.box.left, tree.box.bottom - tree.box.top]
    const s = Math.min((W * 0.36) / tw, roomTop / th, factor * 1.5)
    const pieces = scaled(tree.pieces, s)
    const own = boxOf(pieces)
    const fixed = side(tree.root)
    const wanted =
      W *
      (fixed < 0
        ? 0.2
        : fixed > 0
          ? 0.8
          : aloft.length === 1 && !wide
            ? drift.pick(0.7, 0.74)
            : (places[index % places.length] ?? 0.5))
    const half = (own.right - own.left) / 2
    const x = Math.min(W - half - 30, Math.max(half + 30, wanted))
    const y = Math.max(
      H * 0.05,
      Math.min(H * 0.06 + (index % 2) * H * 0.05, crown.top - (own.bottom - own.top))
    )
    return layered(moved(pieces, x - (own.left + own.right) / 2, y - own.top), -20)
  })

  const all = [...flying, ...grounded]
    .map((piece, index) => ({ piece, index }))
    .sort((one, two) => one.piece.layer - two.piece.layer || one.index - two.index)
  return {
    placements: all.map(({ piece }) => piece),
    focus: { x: crown.left, y: crown.top, w: crown.right - crown.left, h: crown.bottom - crown.top },
    standing: all.some(({ piece }) => piece.rests === "ground"),
    kept
  }
}
