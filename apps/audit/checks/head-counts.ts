/** Head counts that differ between the register of the poor, the enrolment of insurance and the assistance roll. */
import { LIST_KINDS, type ListKind, type ListRecorded } from '@oss/settlement';
import type { CountyWide } from '../facts/county-facts';
import { defineCheck, type Told } from './check';

export const HEAD_COUNTS = defineCheck({
  id: 'head-counts',
  zh: '三份名册人数不符',
  en: 'Head counts that differ',
  means: {
    zh: '同一地区同一日的贫困登记、参保、救助名册人数不同；名册成员数与其自报人数不同，或有未登记的人；报送成员的名册之间逐人对不上。',
    en: 'Register, insurance and assistance lists of one region and day count differently; a list names another number than it states, or people whom the registry does not know; members of one list are missing on another.',
  },
  falseAlarms: {
    zh: '名册口径不同（如参保名册含一般人员）；当日增减尚未同步。',
    en: 'Lists that count other people (enrolment of everybody, say); changes of the same day.',
  },
  parameters: { kinds: ['register', 'insurance', 'assistance'] as readonly string[], members: true },
  parametersMean: { kinds: 'the lists that are compared', members: 'compare person by person where lists name members' },
  begin: ({ kinds, members }) => ({ county: (county) => findings(county, kinds, members) }),
});

interface WholeList {
  readonly kind: ListKind;
  readonly headCount: number;
  /** Null while a part is missing or names nobody. */
  readonly members: ReadonlySet<string> | null;
  readonly unknown: number;
}

function* findings({ lists }: CountyWide, kinds: readonly string[], byMember: boolean): Generator<Told> {
  const byPlace = Map.groupBy(
    lists.filter(({ kind }) => kinds.includes(kind)),
    ({ region, date }) => `${region}\n${date}`,
  );
  for (const [place, all] of [...byPlace].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [region = '', date = ''] = place.split('\n');
    const whole = [...Map.groupBy(all, ({ kind }) => kind).values()].map(wholeList);
    for (const told of ofEach(whole)) yield { region, date, ...told };
    const counts = new Set(whole.map(({ headCount }) => headCount));
    if (counts.size > 1) {
      const zh = whole.map((list) => `${LIST_KINDS[list.kind].zh} ${list.headCount} 人`).join('，');
      yield { region, date, zh, en: whole.map((list) => `${list.kind} ${list.headCount}`).join(', ') };
    }
    if (byMember) for (const told of missingMembers(whole)) yield { region, date, ...told };
  }
}

function wholeList(parts: readonly ListRecorded[]): WholeList {
  const { kind, headCount, parts: count } = parts.at(-1)!;
  const current = parts.filter((part) => part.parts === count);
  const complete = current.length === count && current.every(({ members }) => members !== undefined);
  const members = complete ? new Set(current.flatMap((part) => part.members ?? [])) : null;
  return { kind, headCount, members, unknown: current.reduce((sum, { unknownMembers }) => sum + unknownMembers, 0) };
}

function* ofEach(lists: readonly WholeList[]): Generator<Told> {
  for (const { kind, headCount, members, unknown } of lists) {
    const { zh } = LIST_KINDS[kind];
    if (unknown > 0) yield { zh: `${zh}中 ${unknown} 人未登记`, en: `${unknown} on the ${kind} list are not registered` };
    if (members !== null && members.size + unknown !== headCount)
      yield {
        zh: `${zh}自报 ${headCount} 人，实列 ${members.size + unknown} 人`,
        en: `the ${kind} list states ${headCount} and names ${members.size + unknown}`,
      };
  }
}

/** Who stands on at least one list and not on all: one finding a person. */
function* missingMembers(lists: readonly WholeList[]): Generator<Told> {
  const named = lists.filter((list) => list.members !== null);
  const everybody = new Set(named.flatMap(({ members }) => [...members!]));
  for (const personKey of [...everybody].sort()) {
    const missing = named.filter(({ members }) => !members!.has(personKey));
    if (missing.length === 0) continue;
    yield {
      personKey,
      zh: `不在${missing.map(({ kind }) => LIST_KINDS[kind].zh).join('、')}中`,
      en: `is not on: ${missing.map(({ kind }) => kind).join(', ')}`,
    };
  }
}
