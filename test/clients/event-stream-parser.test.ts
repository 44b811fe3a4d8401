import { describe, expect, it } from '@jest/globals';
import {
  EventStreamParser,
  type StreamEvent,
} from '../../clients/internal/src/event-stream-parser.ts';

const STREAM = [
  ':\n\n',
  'event: next\ndata: {"data":1}\n\n',
  ': a comment\r\nevent: next\r\ndata: {"data":\r\ndata:  2}\r\n\r\n',
  'event:next\rdata:3\r\r',
  'id: 7\nretry: 10\nunknown\n\n',
  'data: no type\n\n',
  'event: complete\ndata:\n\n',
  'event: complete\n\n',
  'event: next\ndata: not complete\n',
].join('');

const EVENTS: StreamEvent[] = [
  { type: 'next', data: '{"data":1}' },
  { type: 'next', data: '{"data":\n 2}' },
  { type: 'next', data: '3' },
  { type: '', data: 'no type' },
  { type: 'complete', data: '' },
  { type: 'complete', data: '' },
];

describe('the event stream parser', () => {
  it('gives the events of a stream, without comments and without an event that has not ended', () => {
    expect(new EventStreamParser().push(STREAM)).toEqual(EVENTS);
  });

  it('gives the same events wherever the stream is cut', () => {
    for (let cut = 0; cut <= STREAM.length; cut++) {
      const parser = new EventStreamParser();
      const events = [...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))];
      expect({ cut, events }).toEqual({ cut, events: EVENTS });
    }
  });

  it('gives the same events character by character', () => {
    const parser = new EventStreamParser();
    expect([...STREAM].flatMap((character) => parser.push(character))).toEqual(EVENTS);
  });
});
