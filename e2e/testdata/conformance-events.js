// Events, and an EventTarget's listeners. Messages take a way of their own in
// our class, so what holds for listeners is asked of them and of another type.
check('open is an Event', async (W, it) => {
  const ws = it.make();
  const e = await it.next(ws, 'open');
  return [e.constructor.name, e.type, e.bubbles, e.cancelable, typeof e.timeStamp];
});
check('open’s target is the socket', async (W, it) => {
  const ws = it.make();
  return new Promise((resolve) => (ws.onopen = (e) => resolve([e.target === ws, e.currentTarget === ws, e.srcElement === ws, e.eventPhase, e.composedPath()[0] === ws, ws.readyState])));
});
check('message is a MessageEvent', async (W, it) => {
  const ws = await it.open();
  const answer = it.next(ws, 'message');
  ws.send('text');
  const e = await answer;
  return [e.constructor.name, e.type, e.data, e.lastEventId, e.source, e.ports.length, e.bubbles, e.cancelable, typeof e.timeStamp];
});
check('message’s origin is the server’s', async (W, it) => {
  const ws = await it.open();
  const answer = it.next(ws, 'message');
  ws.send('text');
  return (await answer).origin === new URL(ws.url).origin;
});
for (const property of ['target', 'currentTarget', 'srcElement']) {
  check(`message’s ${property} is the socket`, async (W, it) => {
    const ws = await it.open();
    const answer = new Promise((resolve) => (ws.onmessage = (e) => resolve(e[property] === ws)));
    ws.send('text');
    return answer;
  });
}
check('message’s path is the socket', async (W, it) => {
  const ws = await it.open();
  const answer = new Promise((resolve) => (ws.onmessage = (e) => resolve([e.eventPhase, e.composedPath().length, e.composedPath()[0] === ws])));
  ws.send('text');
  return answer;
});
check('message’s target is the socket later too, its current target is null', async (W, it) => {
  const ws = await it.open();
  const answer = it.next(ws, 'message');
  ws.send('text');
  const e = await answer;
  await it.settling(ws)();
  return [e.target === ws, e.currentTarget, e.eventPhase];
});
check('close is a CloseEvent', async (W, it) => {
  const ws = await it.open();
  const over = it.next(ws, 'close');
  await it.server('close', { code: 4001, reason: 'bye' });
  const e = await over;
  return [e.constructor.name, e.type, e.code, e.reason, e.wasClean, e.bubbles, e.cancelable];
});
check('error is an Event without a word', async (W, it) => {
  const e = await it.next(it.make(it.at('/nowhere')), 'error');
  return [e.constructor.name, e.type, e.bubbles, e.cancelable, 'message' in e];
});
for (const type of ['open', 'message', 'close']) {
  check(`${type} is trusted`, async (W, it) => {
    const ws = it.make();
    const event = it.next(ws, type);
    await it.next(ws, 'open');
    if (type === 'message') ws.send('x');
    if (type === 'close') ws.close();
    return (await event).isTrusted;
  });
}
check('error is trusted', async (W, it) => (await it.next(it.make(it.at('/nowhere')), 'error')).isTrusted);
check('a handler that is set when the socket opens gets the first message', async (W, it) => {
  const ws = it.make(it.at('/feed?every=5'));
  await it.next(ws, 'open');
  return JSON.parse((await it.next(ws, 'message')).data).n;
});

/** Makes an event of a type reach the listeners: a real message, or one that we dispatch. */
const arrivals = {
  message: (it, ws) => it.settling(ws),
  close: (it, ws) => async () => void ws.dispatchEvent(new CloseEvent('close')),
};

for (const [type, arrive] of Object.entries(arrivals)) {
  const listening = (sentence, listen) =>
    check(`${type}: ${sentence}`, async (W, it) => {
      const ws = await it.open();
      const heard = [];
      const note = (word) => function () {
        heard.push(word);
      };
      const [once, again] = [arrive(it, ws), arrive(it, ws)];
      const refused = attempt(() => listen(ws, note, heard, it));
      await once();
      heard.push('again');
      await again();
      return [refused, heard, it.reported()];
    });

  listening('listeners are called in the order in which they came', (ws, note) => {
    for (const word of ['a', 'b', 'c']) ws.addEventListener(type, note(word));
  });
  listening('capturing listeners come first', (ws, note) => {
    ws.addEventListener(type, note('bubble'));
    ws.addEventListener(type, note('capture'), true);
    ws.addEventListener(type, note('capture 2'), { capture: true });
  });
  listening('the same listener counts once, and once more when capturing', (ws, note) => {
    const same = note('same');
    ws.addEventListener(type, same);
    ws.addEventListener(type, same, { once: true });
    ws.addEventListener(type, same, true);
  });
  listening('a listener is removed, with its kind', (ws, note) => {
    const [a, b] = [note('a'), note('b')];
    ws.addEventListener(type, a);
    ws.addEventListener(type, b, true);
    ws.removeEventListener(type, a, true);
    ws.removeEventListener(type, b, { capture: true });
    ws.removeEventListener(type, note('unknown'));
    ws.removeEventListener(type, null);
  });
  listening('once', (ws, note) => {
    ws.addEventListener(type, note('once'), { once: true });
    ws.addEventListener(type, note('ever'));
  });
  listening('a signal removes its listeners', (ws, note) => {
    const stop = new AbortController();
    ws.addEventListener(type, note('first'), { signal: stop.signal });
    ws.addEventListener(type, () => stop.abort());
    ws.addEventListener(type, note('last'), { signal: stop.signal });
    ws.addEventListener(type, note('never'), { signal: AbortSignal.abort() });
  });
  listening('a signal must be one', (ws, note) => ws.addEventListener(type, note('x'), { signal: {} }));
  listening('a signal must not be null', (ws, note) => ws.addEventListener(type, note('x'), { signal: null }));
  listening('an object’s handleEvent is looked up when it is called', (ws, note, heard) => {
    const object = { handleEvent() { heard.push('early'); } };
    ws.addEventListener(type, object);
    object.handleEvent = function (e) {
      heard.push(this === object, e.type);
    };
  });
  listening('an object without handleEvent is reported', (ws, note) => {
    ws.addEventListener(type, {});
    ws.addEventListener(type, note('after'));
  });
  listening('this is the socket', (ws, note, heard) => {
    ws.addEventListener(type, function (e) {
      heard.push(this === ws, arguments.length, e.type);
    });
  });
  listening('a listener that throws is reported, and stops nobody', (ws, note) => {
    ws.addEventListener(type, () => {
      throw new Error('mine');
    });
    ws.addEventListener(type, note('after'));
  });
  listening('a listener that is removed meanwhile is not called', (ws, note) => {
    const later = note('later');
    ws.addEventListener(type, () => ws.removeEventListener(type, later));
    ws.addEventListener(type, later);
  });
  listening('a listener that is added meanwhile waits for the next', (ws, note, heard) => {
    ws.addEventListener(type, () => {
      heard.push('first');
      ws.addEventListener(type, note('new'), { once: true });
    }, { once: true });
  });
  listening('no listener is no listener', (ws, note) => {
    ws.addEventListener(type, null);
    ws.addEventListener(type, undefined);
    ws.addEventListener(type, note('a'), null);
    ws.addEventListener(type, note('b'), undefined);
    ws.addEventListener(type, note('c'), 7);
    ws.addEventListener(type, note('d'), '');
  });
  listening('what cannot listen is refused', (ws) => ws.addEventListener(type, 'no'));
  listening('stopPropagation stops nobody at the target', (ws, note) => {
    ws.addEventListener(type, (e) => e.stopPropagation());
    ws.addEventListener(type, note('after'));
  });
  listening('stopImmediatePropagation stops those that follow', (ws, note) => {
    ws.addEventListener(type, note('before'));
    ws.addEventListener(type, (e) => e.stopImmediatePropagation());
    ws.addEventListener(type, note('after'));
  });
  listening('an on… attribute takes its place when it is first set', (ws, note, heard) => {
    ws.addEventListener(type, note('a'));
    ws['on' + type] = note('early');
    ws.addEventListener(type, note('b'));
    ws['on' + type] = function (e) {
      heard.push('late', this === ws, e.type);
    };
  });
  listening('an on… attribute that was null goes to the end', (ws, note) => {
    ws['on' + type] = note('first');
    ws.addEventListener(type, note('a'));
    ws['on' + type] = null;
    ws['on' + type] = note('anew');
  });
  listening('an on… attribute keeps an object, and calls only functions', (ws, note, heard) => {
    const object = { handleEvent: note('never') };
    ws['on' + type] = object;
    heard.push(ws['on' + type] === object);
  });
  listening('an on… attribute holds no text', (ws, note, heard) => {
    ws['on' + type] = 'text';
    heard.push(ws['on' + type]);
    ws['on' + type] = undefined;
    heard.push(ws['on' + type]);
  });
  listening('an on… attribute that throws is reported', (ws, note) => {
    ws['on' + type] = () => {
      throw new Error('mine');
    };
    ws.addEventListener(type, note('after'));
  });
}
check('addEventListener needs its arguments', (W, it) => [attempt(() => it.make().addEventListener()), attempt(() => it.make().addEventListener('message')), attempt(() => it.make().addEventListener('open'))]);
check('addEventListener returns nothing', (W, it) => [it.make().addEventListener('message', () => {}) === undefined, it.make().addEventListener('open', () => {}) === undefined]);

for (const type of ['message', 'close']) {
  const make = (init) => (type === 'message' ? new MessageEvent(type, { data: 'made', ...init }) : new CloseEvent(type, init));
  check(`a ${type} event that is dispatched by hand is delivered`, (W, it) => {
    const ws = it.make();
    const heard = [];
    const event = make();
    ws.addEventListener(type, (e) => heard.push(e === event, e.target === ws, e.currentTarget === ws, e.eventPhase, e.isTrusted, e.composedPath().length));
    return [ws.dispatchEvent(event), heard, event.eventPhase, event.currentTarget];
  });
  check(`a ${type} event that is dispatched by hand may be prevented`, (W, it) => {
    const ws = it.make();
    ws.addEventListener(type, (e) => e.preventDefault());
    return [ws.dispatchEvent(make({ cancelable: true })), ws.dispatchEvent(make())];
  });
  check(`a ${type} event that is being dispatched cannot be dispatched`, (W, it) => {
    const ws = it.make();
    const event = make();
    let inner;
    ws.addEventListener(type, () => (inner = attempt(() => ws.dispatchEvent(event))), { once: true });
    return [ws.dispatchEvent(event), inner, ws.dispatchEvent(event)];
  });
}
check('what is not an event cannot be dispatched', (W, it) => [attempt(() => it.make().dispatchEvent({ type: 'message' })), attempt(() => it.make().dispatchEvent({ type: 'open' })), attempt(() => it.make().dispatchEvent())]);
