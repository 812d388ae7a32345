-- SPDX-License-Identifier: Apache-2.0
-- wrk's requests and its report. Arguments: a template with {id} and {n}; number of assets; first and last n; "uniform" or "zipf".
local template, assets, first, last, how
local letters = "abcdefghijklmnopqrstuvwxyz234567"

local function id_of(i)  -- as bench/origin/store.cc names them
  local text = ""
  for _ = 1, 8 do
    text = letters:sub(i % 32 + 1, i % 32 + 1) .. text
    i = math.floor(i / 32)
  end
  return ("a"):rep(18) .. text
end

function init(args)
  template, assets, first, last, how = args[1], tonumber(args[2]), tonumber(args[3]), tonumber(args[4]), args[5]
  math.randomseed(os.time())
end

function request()
  local i = math.random(0, assets - 1)
  if how == "zipf" then i = math.floor(assets ^ math.random()) - 1 end
  local path = template:gsub("{id}", id_of(i)):gsub("{n}", tostring(math.random(first, last)))
  return wrk.format("GET", path)
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("result %d %d %f %f %d\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
