#include "cli/flow/record_bytes.hpp"

namespace spikeloom {
namespace {

// Structures are taken apart by structured bindings: a field more does not compile, so none is
// forgotten on the way.

void put_traces(ByteWriter& out, const std::vector<SampleTrace>& traces) {
  out.put(traces.size());
  for (const SampleTrace& trace : traces) {
    out.put_all(std::span(trace.spikes));
    out.put(trace.states.size());
    for (const auto& [step, population, u, v] : trace.states) {
      out.put(step);
      out.put(population);
      out.put_all(std::span(u));
      out.put_all(std::span(v));
    }
  }
}

StateFrame take_frame(ByteReader& in) {
  StateFrame frame;
  frame.step = in.take<std::uint32_t>();
  frame.population = in.take<PopulationId>();
  frame.u = in.take_all<double>();
  frame.v = in.take_all<double>();
  return frame;
}

std::vector<SampleTrace> take_traces(ByteReader& in) {
  std::vector<SampleTrace> traces(in.take<std::size_t>());
  for (SampleTrace& trace : traces) {
    trace.spikes = in.take_all<Spike>();
    const auto frames = in.take<std::size_t>();
    for (std::size_t i = 0; i < frames; ++i) trace.states.push_back(take_frame(in));
  }
  return traces;
}

void put_log(ByteWriter& out, const EventLog& log) {
  out.put_all(log.events());
  out.put(log.noted());
  out.put(log.stopped().size());
  for (const auto& [core, step] : log.stopped()) {
    out.put(core);
    out.put(step);
  }
}

EventLog take_log(ByteReader& in) {
  auto events = in.take_all<PacketEvent>();
  const auto noted = in.take<std::uint64_t>();
  std::map<CoreId, std::uint32_t> stopped;
  for (auto left = in.take<std::size_t>(); left > 0; --left) {
    const auto core = in.take<CoreId>();
    stopped[core] = in.take<std::uint32_t>();
  }
  return EventLog::handed_over(std::move(events), std::move(stopped), noted);
}

void put_chip_run(ByteWriter& out, const SampleRun& run) {
  const auto& [trace, log, reset, steps, real_time] = run;
  const auto& [busy, overruns, late, early] = real_time;
  put_traces(out, {trace});
  put_log(out, log);
  out.put(reset);
  out.put_all(std::span(steps));
  out.put_all(std::span(busy));
  out.put(overruns);
  out.put(late);
  out.put(early);
}

SampleRun take_chip_run(ByteReader& in) {
  SampleRun run;
  auto& [trace, log, reset, steps, real_time] = run;
  auto& [busy, overruns, late, early] = real_time;
  trace = std::move(take_traces(in).front());
  log = take_log(in);
  reset = in.take<std::uint64_t>();
  steps = in.take_all<std::uint64_t>();
  busy = in.take_all<std::uint64_t>();
  overruns = in.take<std::uint64_t>();
  late = in.take<std::uint64_t>();
  early = in.take<std::uint64_t>();
  return run;
}

}  // namespace

void put(ByteWriter& out, const RunRecord& record) {
  const auto& [floats, integers, chips, run] = record;
  put_traces(out, floats);
  put_traces(out, integers);
  put_traces(out, chips);
  put_chip_run(out, run);
}

RunRecord take_record(ByteReader& in) {
  RunRecord record;
  record.float_traces = take_traces(in);
  record.integer_traces = take_traces(in);
  record.chip_traces = take_traces(in);
  record.chip = take_chip_run(in);
  return record;
}

void put(ByteWriter& out, const EngineTotals& totals) {
  const auto& [integer, floats, cycles, tiles, cpu] = totals;
  out.put(integer);
  out.put(floats);
  out.put(cycles);
  out.put(tiles.size());
  for (const TileActivity& tile : tiles) out.put(tile);
  out.put(cpu);
}

EngineTotals take_totals(ByteReader& in) {
  EngineTotals totals;
  auto& [integer, floats, cycles, tiles, cpu] = totals;
  integer = in.take<IntegerCounts>();
  floats = in.take<FloatCounts>();
  cycles = in.take<std::uint64_t>();
  tiles.resize(in.take<std::size_t>());
  for (TileActivity& tile : tiles) tile = in.take<TileActivity>();
  cpu = in.take<double>();
  return totals;
}

}  // namespace spikeloom
