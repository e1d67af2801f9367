// What a rule's traffic is at an hour of the week: a mean and how far it strays, learnt over weeks. Hours are those of UTC.

const hoursOfWeek = 168

/** Weeks that an hour must have been seen in before it is believed. */
export const neededWeeks = 2

/** Of a new week this share counts at least: what the network was half a year ago fades. */
const smallestShare = 1 / 5

/** An hour is not believed to be further off than this many deviations: one attack that nobody noticed must not become normal. */
const believedDeviations = 3

/** Deviations of an hour of the week are at least this share of its mean; two weeks that happen to agree would else allow nothing. */
const smallestDeviation = 0.1

/** Minutes that an hour must have, others than those of incidents, to be learnt from. */
const neededMinutes = 30

interface WeekHour {
  weeks: number
  mean: number
  /** Around the mean: between weeks, and between the minutes of the hour. */
  variance: number
}

export class WeekProfile {
  readonly #hours: WeekHour[] = Array.from({ length: hoursOfWeek }, () => ({ weeks: 0, mean: 0, variance: 0 }))
  #hour = -1
  #count = 0
  #sum = 0
  #squares = 0

  /** Minutes come in the order of time. */
  add(minute: number, rate: number): void {
    const hour = Math.floor(minute / 3600)
    if (hour !== this.#hour) this.#finish(hour)
    this.#count++
    this.#sum += rate
    this.#squares += rate * rate
  }

  /** The hour of the week that a second lies in; null until it was seen in enough weeks. */
  at(second: number): { readonly mean: number; readonly deviation: number } | null {
    const { weeks, mean, variance } = this.#hours[Math.floor(second / 3600) % hoursOfWeek]
    return weeks < neededWeeks ? null : { mean, deviation: Math.max(Math.sqrt(variance), smallestDeviation * mean) }
  }

  #finish(next: number): void {
    if (this.#hour >= 0 && this.#count >= neededMinutes) this.#learn(this.#hours[this.#hour % hoursOfWeek])
    this.#hour = next
    this.#count = 0
    this.#sum = 0
    this.#squares = 0
  }

  #learn(hour: WeekHour): void {
    const seen = this.#sum / this.#count
    const share = Math.max(1 / (hour.weeks + 1), smallestShare)
    const most =
      hour.weeks < neededWeeks ? Infinity : believedDeviations * Math.max(Math.sqrt(hour.variance), smallestDeviation * hour.mean)
    const off = Math.min(Math.max(seen - hour.mean, -most), most)
    const within = Math.min(Math.max(this.#squares / this.#count - seen * seen, 0), most * most)
    // Of the first week the share is 1: there is nothing between weeks yet.
    hour.variance = (1 - share) * (hour.variance + share * off * off) + share * within
    hour.mean += share * off
    hour.weeks++
  }
}
