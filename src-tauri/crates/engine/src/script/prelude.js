// Runs before the person's script, in the same fresh context: takes away what a script must not have, bounds what the
// engine cannot interrupt, and sets the globals. `host` holds the functions of Rust. The value of this file is the pair
// of functions that Rust calls: `begin` before the script is read, `finish` with what its event returned.
(function (host) {
  'use strict';
  const { isArray, from: arrayFrom } = Array;
  const { parse, stringify } = JSON;
  const { apply, ownKeys, construct, get: reflectGet } = Reflect;
  const { defineProperty, getPrototypeOf, freeze, keys: keysOf, create } = Object;
  const NativeProxy = Proxy;
  const NativeMap = Map;
  const mapGet = NativeMap.prototype.get;
  const mapSet = NativeMap.prototype.set;
  const mapHas = NativeMap.prototype.has;
  const mapDelete = NativeMap.prototype.delete;
  const mapValues = NativeMap.prototype.values;
  const lower = String.prototype.toLowerCase;
  const everything = globalThis;

  const hidden = (target, name, value) =>
    defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });

  // --- No code from text: a service's reply must not become a program.
  const noCode = function () {
    throw new TypeError('a script cannot make code from text');
  };
  const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
  for (let i = 0; i < kinds.length; i++) {
    const prototype = getPrototypeOf(kinds[i]);
    const constructor = function () {
      return noCode();
    };
    defineProperty(constructor, 'prototype', { value: prototype });
    defineProperty(prototype, 'constructor', { value: constructor, configurable: false, writable: false });
    if (i === 0) hidden(everything, 'Function', constructor);
  }
  // A newer interpreter may bring more: what is not named here goes.
  const language = new NativeMap();
  for (const name of [
    'AggregateError', 'Array', 'Boolean', 'Date', 'Error', 'EvalError', 'Function', 'Infinity', 'InternalError',
    'Iterator', 'JSON', 'Map', 'Math', 'NaN', 'Number', 'Object', 'RangeError', 'ReferenceError', 'Reflect', 'RegExp',
    'Set', 'String', 'Symbol', 'SyntaxError', 'TypeError', 'URIError', 'WeakMap', 'WeakSet', 'decodeURI',
    'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'globalThis', 'isFinite', 'isNaN', 'parseFloat',
    'parseInt', 'undefined', 'unescape',
  ]) {
    apply(mapSet, language, [name, true]);
  }
  for (const name of ownKeys(everything)) {
    if (!apply(mapHas, language, [name])) delete everything[name];
  }

  // --- Time and chance come from Patchbay.
  const NativeDate = Date;
  const now = host.now;
  const PortDate = function Date(...given) {
    if (!new.target) return new NativeDate(now()).toString();
    return construct(NativeDate, given.length === 0 ? [now()] : given, new.target);
  };
  hidden(PortDate, 'now', () => now());
  hidden(PortDate, 'parse', NativeDate.parse);
  hidden(PortDate, 'UTC', NativeDate.UTC);
  defineProperty(PortDate, 'prototype', { value: NativeDate.prototype });
  hidden(NativeDate.prototype, 'constructor', PortDate);
  hidden(everything, 'Date', PortDate);
  hidden(Math, 'random', () => host.random());

  // --- What runs long inside the interpreter, where nobody looks at the time, gets an end.
  const LONGEST_LIST = 1_000_000;
  const MOST_COMPARED = 50_000_000;
  const bounded = (list) => {
    if (list.length > LONGEST_LIST) throw new RangeError('a list has at most 1,000,000 entries here');
    return list;
  };
  // A list of anything else: what claims a length of billions costs memory here, and so ends.
  const listOf = (value) => (isArray(value) ? bounded(value) : arrayFrom(value));
  const lists = Array.prototype;
  const inOrder = (a, b) => {
    if (a === b) return 0;
    const [one, other] = [String(a), String(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  };
  const flatten = (list, depth, into) => {
    bounded(list);
    for (let i = 0; i < list.length; i++) {
      if (!(i in list)) continue;
      const entry = list[i];
      if (isArray(entry) && depth > 0) flatten(entry, depth - 1, into);
      else into[into.length] = entry;
    }
    return into;
  };
  const own = {
    __proto__: null,
    concat(...others) {
      const all = [];
      for (const other of [this, ...others]) {
        if (isArray(other)) flatten(other, 0, all);
        else all[all.length] = other;
      }
      return all;
    },
    flat(depth) {
      return flatten(listOf(this), depth === undefined ? 1 : +depth || 0, []);
    },
    flatMap(make, that) {
      const list = listOf(this);
      const made = [];
      for (let i = 0; i < list.length; i++) if (i in list) made[made.length] = apply(make, that, [list[i], i, list]);
      return flatten(made, 1, []);
    },
  };
  for (const name of ownKeys(lists)) {
    const native = lists[name];
    if (typeof native !== 'function' || name === 'constructor') continue;
    if (name in own) {
      hidden(lists, name, own[name]);
    } else if (name === 'sort' || name === 'toSorted') {
      hidden(lists, name, function (compare) {
        return apply(native, listOf(this), [compare === undefined ? inOrder : compare]);
      });
    } else {
      hidden(lists, name, function (...given) {
        return apply(native, listOf(this), given);
      });
    }
  }
  const texts = String.prototype;
  const sourceOf = Object.getOwnPropertyDescriptor(RegExp.prototype, 'source').get;
  const isPattern = (value) => {
    if (typeof value !== 'object' || value === null) return false;
    try {
      apply(sourceOf, value, []);
      return true;
    } catch {
      return false;
    }
  };
  for (const name of ['indexOf', 'lastIndexOf', 'includes', 'split', 'replace', 'replaceAll']) {
    const native = texts[name];
    hidden(texts, name, function (...given) {
      const hay = String(this);
      if (given.length > 0 && given[0] !== undefined && !isPattern(given[0])) {
        given[0] = String(given[0]);
        if (hay.length * given[0].length > MOST_COMPARED) {
          throw new RangeError('the texts are too long to be searched');
        }
      }
      return apply(native, hay, given);
    });
  }
  // The interpreter's own goes on after the memory is used up, to whatever length is claimed.
  hidden(String, 'raw', function (template, ...values) {
    const pieces = listOf(template.raw);
    let joined = '';
    for (let i = 0; i < pieces.length; i++) joined += pieces[i] + (i < values.length && i + 1 < pieces.length ? values[i] : '');
    return joined;
  });
  // Both would sort runs of marks for minutes.
  delete texts.normalize;
  hidden(texts, 'localeCompare', function (other) {
    return inOrder(String(this), String(other));
  });

  // A function that is called for each member is one that can be stopped.
  const same = (_, value) => value;
  const written = (value) => stringify(value, same);
  hidden(JSON, 'stringify', function (value, replacer, space) {
    return stringify(value, typeof replacer === 'function' || isArray(replacer) ? replacer : same, space);
  });

  // --- Helpers.
  const text = (value) => {
    if (typeof value === 'string') return value;
    if (value === undefined || value === null) throw new TypeError('the text is missing');
    return String(value);
  };
  const helpers = {
    hash: (algorithm, value, output) => host.hash(text(algorithm), text(value), output === undefined ? 'hex' : text(output)),
    hmac: (algorithm, key, value, output, keyEncoding) =>
      host.hmac(
        text(algorithm),
        text(key),
        text(value),
        output === undefined ? 'hex' : text(output),
        keyEncoding === undefined ? 'text' : text(keyEncoding),
      ),
    base64_encode: (value) => host.base64_encode(text(value), false),
    base64url_encode: (value) => host.base64_encode(text(value), true),
    base64_decode: (value) => host.base64_decode(text(value)),
    uuid: () => host.uuid(),
    random_hex: (bytes) => host.random_hex(bytes === undefined ? 16 : +bytes || 0),
    unix_time: () => Math.floor(now() / 1000),
  };
  for (const name of keysOf(helpers)) hidden(everything, name, helpers[name]);
  const shown = (value) => {
    if (typeof value === 'string') return value;
    if (value instanceof Error) return String(value);
    if (typeof value === 'object' && value !== null) {
      try {
        return written(value);
      } catch {
        return String(value);
      }
    }
    return String(value);
  };
  const log = (...values) => {
    let line = '';
    for (let i = 0; i < values.length; i++) line += (i > 0 ? ' ' : '') + shown(values[i]);
    host.log(line);
  };
  hidden(everything, 'console', freeze({ log, info: log, warn: log, error: log, debug: log }));

  // --- Headers: one name, however it is written (RFC 9110 §5.1).
  const headersOf = (pairs) => {
    const kept = new NativeMap();
    const key = (name) => apply(lower, String(name), []);
    const find = (name) => (typeof name === 'string' ? apply(mapGet, kept, [key(name)]) : undefined);
    const put = (name, value) => {
      const before = find(name);
      apply(mapSet, kept, [key(name), [before ? before[0] : String(name), String(value)]]);
      return true;
    };
    const remove = (name) => {
      apply(mapDelete, kept, [key(name)]);
      return true;
    };
    const plain = {};
    const proxy = new NativeProxy(plain, {
      get: (_, name) => {
        const found = find(name);
        return found ? found[1] : reflectGet(Object.prototype, name);
      },
      set: (_, name, value) => {
        if (typeof name !== 'string') throw new TypeError('a header has a name');
        return value === undefined || value === null ? remove(name) : put(name, value);
      },
      has: (_, name) => find(name) !== undefined,
      deleteProperty: (_, name) => remove(name),
      defineProperty: (_, name, descriptor) => put(name, descriptor.value),
      getPrototypeOf: () => Object.prototype,
      setPrototypeOf: () => false,
      preventExtensions: () => false,
      getOwnPropertyDescriptor: (_, name) => {
        const found = find(name);
        return found && { value: found[1], writable: true, enumerable: true, configurable: true };
      },
      ownKeys: () => {
        const names = [];
        for (const found of apply(mapValues, kept, [])) names[names.length] = found[0];
        return names;
      },
    });
    const list = () => {
      const all = [];
      for (const found of apply(mapValues, kept, [])) all[all.length] = [found[0], found[1]];
      return all;
    };
    for (let i = 0; i < pairs.length; i++) put(pairs[i][0], pairs[i][1]);
    return { proxy, put, list };
  };
  // A script may put a whole object in place of what it was given.
  const headersFrom = (value, given) => {
    if (value === given.proxy) return given.list();
    if (typeof value !== 'object' || value === null) throw new TypeError('the headers are an object');
    const anew = headersOf([]);
    const names = keysOf(value);
    for (let i = 0; i < names.length; i++) {
      const one = value[names[i]];
      if (one !== undefined && one !== null) anew.put(names[i], one);
    }
    return anew.list();
  };
  const parametersFrom = (value) => {
    if (value === undefined || value === null) return [];
    if (typeof value !== 'object') throw new TypeError('method_request_parameters is an object');
    const names = keysOf(value);
    const all = [];
    for (let i = 0; i < names.length; i++) {
      const one = value[names[i]];
      if (one === undefined || one === null) continue;
      const values = [];
      const list = isArray(one) ? bounded(one) : [one];
      for (let j = 0; j < list.length; j++) values[j] = String(list[j]);
      all[all.length] = [names[i], values];
    }
    return all;
  };
  const bodyFrom = (value) => {
    if (value === null || value === undefined) return null;
    return typeof value === 'string' ? value : written(value);
  };

  let request = null;
  let response = null;
  const deepFreeze = (value) => {
    if (typeof value === 'object' && value !== null) {
      for (const name of keysOf(value)) deepFreeze(value[name]);
      freeze(value);
    }
    return value;
  };
  const set = (name, value) =>
    defineProperty(everything, name, { value, writable: true, enumerable: true, configurable: true });
  const fixed = (name, value) =>
    defineProperty(everything, name, { value, writable: false, enumerable: true, configurable: false });

  const begin = (input) => {
    const given = parse(input);
    fixed('script_execution_context', deepFreeze(given.context));
    fixed('method_request_method', given.method);
    if (given.request) {
      request = { headers: headersOf(given.request.headers) };
      set('method_endpoint', given.endpoint);
      set('method_auth_value', given.auth_value);
      set('method_request_headers', request.headers.proxy);
      const parameters = {};
      for (const [name, values] of given.request.parameters) {
        set_in(parameters, name, values.length === 1 ? values[0] : values);
      }
      set('method_request_parameters', parameters);
      set('method_request_body', given.request.body);
    } else {
      fixed('method_endpoint', given.endpoint);
      response = { headers: headersOf(given.response.headers) };
      fixed('method_response_status', given.response.status);
      set('method_response_headers', response.headers.proxy);
      set('method_response_body', given.response.body);
    }
  };
  const set_in = (target, name, value) =>
    defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });

  const finish = (verdict) => {
    const said = create(null);
    said.verdict = verdict === true || verdict === false ? verdict : null;
    if (said.verdict === null) {
      said.returned = verdict === null ? 'null' : typeof verdict;
    } else if (verdict && request) {
      said.request = {
        endpoint: String(everything.method_endpoint),
        headers: headersFrom(everything.method_request_headers, request.headers),
        parameters: parametersFrom(everything.method_request_parameters),
        body: bodyFrom(everything.method_request_body),
      };
    } else if (verdict) {
      said.response = {
        headers: headersFrom(everything.method_response_headers, response.headers),
        body: bodyFrom(everything.method_response_body),
      };
    }
    return stringify(said);
  };

  const describe = (thrown) => {
    const said = create(null);
    if (thrown instanceof Error) {
      said.message = (thrown.name && thrown.name !== 'Error' ? String(thrown.name) + ': ' : '') + String(thrown.message);
      said.stack = String(thrown.stack);
    } else {
      said.message = shown(thrown);
      said.stack = '';
    }
    return stringify(said);
  };
  return { begin, finish, describe };
});
