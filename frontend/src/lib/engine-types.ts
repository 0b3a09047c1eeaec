/** What the engine tells about one fire beyond its summary. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type Explanation = Schemas['Explanation'];
export type Term = Schemas['Term'];

export type Passes = Schemas['FirePasses'];
export type Pass = Schemas['Pass'];
export type Saw = Pass['saw'];

export type Surgery = Schemas['Surgery'];
export type SurgeryKind = Surgery['kind'];
/** What a surgery answers: the fires that it touched, as they stand now. */
export type Operated = Schemas['Cut'];
export type DetectionKey = Schemas['DetectionName'];

export type Growth = Schemas['Growth'];
export type EdgeSource = NonNullable<Schemas['FireDetail']['edge_source']>;
/** An edge that a person drew or walked. */
export type PeopleEdge = Schemas['PeoplesEdge'];
export type EdgeChanged = Schemas['EdgeChanged'];

export type Causes = Schemas['Causes'];

/** What a fire threatens: in short with every event, whole when its card opens. */
export type ExposureBrief = Schemas['ExposureBrief'];
export type Exposure = Schemas['FireExposure'];
export type ExposedThing = Schemas['ExposedThing'];
export type PriorityTerm = Schemas['PriorityTerm'];

/** How the whole does. */
export type Health = Schemas['Overview'];
export type HealthPart = Health['parts'][number];

export type Danger = Schemas['Danger'];
export type DangerDay = Schemas['DangerDay'];
export type DangerPlace = Schemas['PlaceHistory'];

export type Forecast = Omit<Schemas['ForecastCollection'], 'features'> & GeoJSON.FeatureCollection;
/** Of a fire; there may be none yet. */
export type FireForecast = Omit<Forecast, 'forecast'> & Pick<Schemas['FireForecast'], 'forecast'>;
export type ForecastFacts = Schemas['ForecastFacts'];
export type ForecastArea = Schemas['ForecastArea'];

export type Order = Schemas['OrderTold'];
export type OrderStatus = Order['status'];
export type FireSuggestion = Schemas['FireSuggestion'];
export type RunCard = Schemas['RunCardTold'];
export type CardLine = RunCard['lines'][number];
export type SuggestedUnit = Schemas['UnitSuggested'];
/** A unit with when it comes, of whatever plan. */
export type GoingUnit = Schemas['UnitGoing'];
export type Wish = Schemas['AlternativeTold']['wish'];
export type Bared = FireSuggestion['bared'][number];
export type SendUnits = Pick<Schemas['SendUnits'], 'suggestion'> & {
  wish?: Wish | null;
  units: (Pick<Schemas['OrderLine'], 'unit' | 'rung' | 'eta_at' | 'task'> & { station?: string })[];
};
/** A dispatcher's word about a unit. */
export type Word = Schemas['ConstraintTold'];
export type NewWord = Schemas['NewConstraint'];
export type WhyKept = Word['why'];
export type Rejection = Schemas['RejectSuggestion'];
export type WhyRejected = Rejection['why'];
export type WhatIf = Schemas['WhatIfTold'];
export type WhatIfAsked = Schemas['AskWhatIf'];
/** What is told of a suggestion for one fire, and what comes back. */
export interface SuggestionAsked {
  shown: Schemas['ShownSuggestion'];
  reject: Rejection;
  'what-if': WhatIfAsked;
}
export interface SuggestionTold {
  shown: Schemas['ShownTold'];
  reject: Schemas['DecisionTold'];
  'what-if': WhatIf;
}

export type Care = Schemas['CareTold'];
export type CareOutcome = Schemas['CareOutcome'];
export type HandOver = Schemas['HandOverTold'];
export type JournalLine = Schemas['JournalLine'];
export type JournalPage = Schemas['JournalPage'];
export type Officer = Schemas['Officer'];
export type OpenItems = Schemas['OpenItems'];
export type Notice = Schemas['NoticeTold'];
export type NoticeAnswer = Notice['answers'][number];
export type Crew = Schemas['CrewTold'];
export type Crews = Schemas['CrewsTold'];
export type FireSafety = Schemas['FireSafety'];
export type Decision = Schemas['DecisionTold'];
export type FireControl = Schemas['FireControl'];
export type NewDecision = Omit<Schemas['Decide'], 'municipality' | 'until' | 'file'> &
  Partial<Pick<Schemas['Decide'], 'municipality' | 'until' | 'file'>>;
export type Regimes = Schemas['RegimesTold'];
export type RegimeKind = Regimes['regimes'][number]['kind'];
export type NewRegime = Omit<Schemas['Introduce'], 'note' | 'until' | 'file'> &
  Partial<Pick<Schemas['Introduce'], 'note' | 'until' | 'file'>>;
export type ActFile = NonNullable<Schemas['Decide']['file']>;

export type Unit = Schemas['UnitSummary'];
export type UnitKind = Unit['kind'];
export type UnitStatus = Unit['status'];
export type UnitDetail = Schemas['UnitDetail'];
export type Station = Schemas['StationTold'];
export type StationDetail = Schemas['StationDetail'];
export type ForceHistory = Schemas['HistoryEntry'];
export type ForceNorms = Schemas['Norms'];
export type Way = Schemas['WayTold'];
export type Arrival = Schemas['Arrival'];
export type TakenRegister = Schemas['TakenRegister'];
export type UnitChange = Partial<Schemas['EditUnit']>;
export type StationChange = Partial<Schemas['EditStation']>;

export type HeatSource = Schemas['HeatDetail'];
export type HeatChanged = Schemas['HeatChanged'];
export type HeatState = HeatSource['state'];
export type HeatKind = HeatSource['kind'];
export type NewHeatSource = Pick<Schemas['NewHeatSource'], 'kind' | 'point' | 'radius_km' | 'name'>;
