// The questions a first visit opens with, one tab each. The text of each query
// is a file of its own, so that it can be reviewed and tested as GraphQL.
import claimTimeline from './examples/1-claim-timeline.graphql?raw';
import bothSides from './examples/2-both-sides.graphql?raw';
import ownWords from './examples/3-own-words.graphql?raw';
import openPredictions from './examples/4-open-predictions.graphql?raw';
import notKnown from './examples/5-not-known.graphql?raw';

export interface Example {
  title: string;
  query: string;
}

export const examples: Example[] = [
  { title: "A claim's timeline", query: claimTimeline },
  { title: 'Both sides of an event', query: bothSides },
  { title: 'Who said what, in their own words', query: ownWords },
  { title: 'Open predictions', query: openPredictions },
  { title: 'What is not known', query: notKnown },
];
