import { Histogram } from 'prom-client'

interface Tally {
  readonly labels: Readonly<Record<string, string>>
  /** Values per bucket, not cumulative; the last one is for what is above every bound. */
  readonly counts: Float64Array
  sum: number
}

/**
 * A histogram for hot paths. `prom-client` sorts and joins the label names at every observation,
 * which costs a tenth of a topic question; here a series is looked up once and then only counts.
 */
export class TallyHistogram extends Histogram {
  /** Says what an empty one says of itself. Our own parent can't: it asks the method that is replaced here. */
  readonly #empty: Histogram
  readonly #name: string
  readonly #bounds: readonly number[]
  readonly #tallies: Tally[] = []

  constructor(options: {
    readonly name: string
    readonly help: string
    readonly labelNames: string[]
    /** Upper bounds, ascending. */
    readonly buckets: number[]
    readonly registers: NonNullable<ConstructorParameters<typeof Histogram>[0]['registers']>
  }) {
    super(options)
    this.#empty = new Histogram({ ...options, registers: [] })
    this.#name = options.name
    this.#bounds = options.buckets
  }

  /** Returns how to observe one series. */
  series(labels: Readonly<Record<string, string>>): (value: number) => void {
    const bounds = this.#bounds
    const tally: Tally = { labels, counts: new Float64Array(bounds.length + 1), sum: 0 }
    this.#tallies.push(tally)
    return (value) => {
      let bucket = 0
      while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++
      tally.counts[bucket] = (tally.counts[bucket] ?? 0) + 1
      tally.sum += value
    }
  }

  override async get() {
    const values = this.#tallies.flatMap((tally) => this.#samples(tally))
    return { ...(await this.#empty.get()), values }
  }

  /** The registry prints this one, where a metric has it. */
  async getForPromString() {
    return this.get()
  }

  #samples({ labels, counts, sum }: Tally) {
    let total = 0
    const buckets = [...this.#bounds, '+Inf'].map((le, index) => {
      total += counts[index] ?? 0
      return { metricName: `${this.#name}_bucket`, labels: { ...labels, le }, value: total }
    })
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels, value: sum },
      { metricName: `${this.#name}_count`, labels, value: total },
    ]
  }
}
