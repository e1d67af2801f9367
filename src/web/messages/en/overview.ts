// Texts of the overview that come after its first paint: the verdict, limits and marks of the chart, what was before.
const plural = (count: number, one: string, many: string) => (count === 1 ? one : many)

export const overviewMessages = {
  verdict: {
    label: 'How things stand',
    /** Of an incident whose vectors are not known. */
    beyond: (target: string, rule: string) => `${target} is beyond the limit of ${rule}`,
    since: (what: string, duration: string) => `${what}, since ${duration}`,
    strength: (now: string, peak: string, limit: string) => `${now} now, peak ${peak}, limit ${limit}.`,
    from: (sources: string) => `Most of it from ${sources}.`,
    share: (source: string, share: string) => `${source} (${share})`,
    done: (announcements: string) => `Announced because of it: ${announcements}.`,
    recorded: (announcements: string) => `Recorded only, not announced: ${announcements}.`,
    waits: (announcements: string) => `Waits for approval: ${announcements}.`,
    notAnnounced: (announcements: string) => `Could not be announced yet: ${announcements}.`,
    nothing: 'Nothing is announced because of it.',
    show: 'Show the incident',
    flows: 'Its flows',
    more: (count: number) => `and ${count} more`,
    fewer: 'Only the worst',
    remarks: (count: number) => plural(count, '1 remark', `${count} remarks`),
    router: 'Show the router',
    routers: 'Show them',
    doubtful: (names: string, count: number) => ({
      title: plural(
        count,
        `Flows of ${names} do not agree with its counters`,
        `Flows of ${count} routers do not agree with their counters: ${names}`,
      ),
      fix: 'Their traffic is shown too high or too low. The page of the router says why, interface by interface.',
    }),
    allRouters: 'All routers',
    allIncidents: 'All open incidents',
    incidentsUnread: 'Incidents could not be read: whether an attack goes on is not known.',
  },

  limits: {
    title: 'Nearest limits',
    shown: 'Limits',
    own: (rule: string) => `Draw the traffic of ${rule}`,
    ownHide: (rule: string) => `Do not draw the traffic of ${rule}`,
    line: (rule: string, limit: string) => `${rule}: ${limit}`,
    part: 'A rule counts only what goes to its prefixes. Press one to draw that beside the whole.',
    same: 'What is drawn is what this rule counts.',
    wider: 'The rule counts everything to its prefixes, of which this is a part.',
    far: (count: number) => plural(count, 'One more is far above.', `${count} more are far above.`),
    filtered: 'No limits are drawn: rules count all traffic to their prefixes, whatever these filters leave.',
    ownTraffic: (rule: string) => `Counted by ${rule}`,
    unread: 'Its traffic could not be read.',
  },

  previous: {
    name: 'The period before',
    compare: 'Compare',
    same: (range: string) => `About as much as in ${range}.`,
    more: (share: string, range: string) => `${share} more than in ${range}.`,
    less: (share: string, range: string) => `${share} less than in ${range}.`,
    times: (times: string, range: string) => `${times} times as much as in ${range}.`,
    range: (duration: string) => `the ${duration} before`,
    unknown: 'Nothing is known of the period before.',
  },

  marks: {
    incident: (what: string) => `${what}: beyond the limit`,
    over: 'calm',
    fired: 'attack',
    announced: (prefix: string) => `${prefix} announced`,
    announcedShort: 'announced',
    withdrawn: (prefix: string) => `${prefix} withdrawn`,
    withdrawnShort: 'withdrawn',
  },

  more: 'More dimensions',
  fewerDimensions: 'Fewer dimensions',
  ruleOf: {
    title: 'Make a rule of this',
    filledIn: 'Filled in from what you looked at',
    limit: 'The limit is twice what was usual there. The backtest below shows when it would have fired.',
    noPrefix: 'No destination stands out there: add the prefixes that the rule watches.',
    left: (names: string) => `A rule counts all traffic to its prefixes. Your filters on these are not part of it: ${names}.`,
    beside: (filter: string) => `A rule counts all traffic to its prefixes, and nothing else of the filter: ${filter}`,
  },
}
