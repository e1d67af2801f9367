// Confidence intervals of sums that were estimated from samples.

export interface ConfidenceInterval {
  readonly estimate: number
  readonly lower: number
  readonly upper: number
  /** Flows that the estimate was made from. */
  readonly sampleSize: number
  /** false where fewer than 30 sampled flows make the normal approximation doubtful. */
  readonly isValid: boolean
}

export interface SampledSum {
  readonly estimate: number
  /** The part of the estimate that comes from flows with a sampling factor above 1. */
  readonly sampledEstimate: number
  readonly flows: number
  readonly sampledFlows: number
}

/** Usual rule of thumb for the normal approximation of a mean. */
const enoughSamples = 30

/**
 * Half width = z · E / √n, with E the estimate from sampled flows, n their number and z the normal quantile of the
 * level. That is the known error of packet sampling, 196 % / √samples at a level of 0.95; a flow holds at least one
 * sampled packet, so counting flows gives an interval that is rather too wide than too narrow. What was not sampled is
 * known and adds nothing: without sampling the interval is a point.
 * @param level between 0 and 1, both excluded
 */
export function confidenceInterval(sum: SampledSum, level: number): ConfidenceInterval {
  const { estimate, sampledEstimate, flows, sampledFlows } = sum
  const half = sampledFlows === 0 ? 0 : (normalQuantile((1 + level) / 2) * sampledEstimate) / Math.sqrt(sampledFlows)
  return {
    estimate,
    // What was counted without sampling is a lower bound that no chance undercuts.
    lower: Math.max(estimate - half, estimate - sampledEstimate),
    upper: estimate + half,
    sampleSize: flows,
    isValid: sampledFlows === 0 || sampledFlows >= enoughSamples,
  }
}

/** Φ(z) by its power series near 0, by the continued fraction of the tail beyond (Abramowitz & Stegun 26.2.11, 26.2.14). */
function normalCdf(z: number): number {
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z > 3) {
    let fraction = z
    // 60 terms leave less than 1e-15 from z = 3 on.
    for (let k = 60; k > 0; k--) fraction = z + k / fraction
    return 1 - density / fraction
  }
  let term = z
  let sum = z
  // Terms z^(2k+1) / (1·3·5…(2k+1)): at z = 3 the 40th is below 1e-16.
  for (let k = 1; k < 60; k++) {
    term *= (z * z) / (2 * k + 1)
    sum += term
  }
  return 0.5 + density * sum
}

/**
 * The z with Φ(z) = p, by halving.
 * @param p from 0.5 to below 1
 */
export function normalQuantile(p: number): number {
  let low = 0
  // Φ(9) is 1 in double precision.
  let high = 9
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (normalCdf(middle) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
