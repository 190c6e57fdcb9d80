/** `rateLimiterStore`: one rate limit for many processes, in Redis or Valkey. There is no journal here: Redis may forget what it acknowledged. */
import type { RateLimiterStore } from "../send/rate-limiter.js";

/**
 * One atomic call by Redis's own clock. The state is JSON: until when all pause, and the groups of each window, by its
 * period, oldest first. A group has a time, the requests that left until then, and those who wait for it. Requests of a
 * 40th of a period are one group, so a window has at most 50, and many requests come free at once. An eighth as many wait
 * for a group as it has requests: the others come later, so that they hardly ask in vain.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local state = cjson.decode(redis.call('GET', KEYS[1]) or '{"pause":0,"windows":{}}')
local windows = cjson.decode(ARGV[2])
local keep = 0

-- How many requests left in the window, and the first of its groups that has to leave it, if there is no room.
local function used(window)
  local groups = state.windows[window.period] or {}
  local sum, first = 0, nil
  for i = #groups, 1, -1 do
    if groups[i][1] + window.ms <= now then break end
    sum = sum + groups[i][2]
    if sum >= window.requests and not first then first = i end
  end
  return sum, first
end

local function add(window, count)
  local period, groups = tonumber(window.period), {}
  for _, group in ipairs(state.windows[window.period] or {}) do
    if group[1] + period * 1.25 > now then groups[#groups + 1] = group end
  end
  local last, width = groups[#groups], period / 40
  if last and math.floor(last[1] / width) >= math.floor(now / width) then
    last[1] = math.max(last[1], now)
    last[2] = last[2] + count
  else
    groups[#groups + 1] = {now, count, 0}
  end
  state.windows[window.period] = groups
  keep = math.max(keep, period * 1.25)
end

-- The group to wait for.
local function target(window, first)
  local groups = state.windows[window.period]
  for i = first, #groups do
    if groups[i][3] < math.max(1, groups[i][2] / 8) then return groups[i] end
  end
  return groups[#groups]
end

local wait = math.max(0, state.pause - now)
if ARGV[1] == 'pause' then
  state.pause = math.max(state.pause, now + ARGV[3])
  keep = state.pause - now
elseif ARGV[1] == 'observe' then
  for _, window in ipairs(windows) do
    local others = window.requests - used(window) - window.remaining
    if others > 0 then add(window, others) end
  end
else
  local group
  for _, window in ipairs(windows) do
    local _, first = used(window)
    local free = first and target(window, first)
    if free and free[1] + window.ms - now > wait then
      wait = free[1] + window.ms - now
      group = free
    end
  end
  if group then
    group[3] = group[3] + 1
    keep = wait
  elseif wait == 0 then
    local counted = {}
    for _, window in ipairs(windows) do
      if not counted[window.period] then add(window, 1) end
      counted[window.period] = true
    end
  end
end
if keep > 0 then
  keep = math.ceil(math.max(keep, redis.call('PTTL', KEYS[1])))
  redis.call('SET', KEYS[1], cjson.encode(state), 'PX', keep)
end
return math.ceil(wait)
`;

/**
 * Keeps one limit for all processes that reach the same Redis or Valkey. `run` evaluates a script; over ioredis and
 * iovalkey it is `(script, keys, args) => redis.eval(script, keys.length, ...keys, ...args)`. `prefix` comes before the
 * key of the rate limiter, and is "openapi-batch:" by default.
 */
export function rateLimiterStore(
  run: (script: string, keys: string[], args: string[]) => Promise<unknown>,
  prefix = "openapi-batch:",
): RateLimiterStore {
  const call = (key: string, task: string, windows: readonly object[], ms = 0) =>
    run(SCRIPT, [prefix + key], [task, JSON.stringify(windows), String(Math.ceil(ms))]);
  return {
    take: async (key, windows) => Number(await call(key, "take", windows.map(named))),
    async pause(key, ms) {
      await call(key, "pause", [], ms);
    },
    async observe(key, remaining, windows) {
      const told = windows.map((window, i) => ({
        ...named(window),
        remaining: remaining[i] ?? NaN,
      }));
      await call(
        key,
        "observe",
        told.filter((window) => window.remaining >= 0),
      ); // not NaN
    },
  };
}

/** A key of a table in the script's JSON is text. */
const named = <W extends { readonly period: number }>(window: W) => ({
  ...window,
  period: String(window.period),
});
