#include "sim/cosim/lockstep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <map>
#include <tuple>
#include <unordered_map>

#include "sim/chip/chip_simulator.hpp"

namespace spikeloom {
namespace {

constexpr std::uint64_t kCyclesAtATime = 4096;
constexpr std::uint64_t kPatience = 1000;  // cycles after the model's end
constexpr std::size_t kEventsBefore = 12;

/// What happens in a cycle, of either engine, in an order that does not depend on it.
struct Happening {
  std::uint64_t cycle;
  std::uint32_t kind;  // of abi.h
  std::uint32_t tile, port, key, payload, step;

  /// A step begins before anything moves in its first cycle.
  auto order() const {
    return std::tuple(cycle, kind < SL_STEPPED, kind, tile, port, key, payload, step);
  }
  bool operator==(const Happening& other) const { return order() == other.order(); }
  bool operator<(const Happening& other) const { return order() < other.order(); }
};

struct Run {
  std::vector<Happening> happenings;
  SampleTrace trace;
  std::uint32_t steps = 0;
  std::uint64_t end = 0;
};

std::string place_of(const Chip& chip, const Happening& what) {
  if (what.kind == SL_RELEASE || what.kind == SL_DONE) return "barrier";
  const TilePosition at = chip.position_of(TileId{what.tile});
  return fmt::format("tile ({}, {}), port {}", at.x, at.y, name_of(static_cast<Port>(what.port)));
}

std::string text_of(const Happening& what) {
  if (what.kind == SL_RELEASE) return fmt::format("step {} begins", what.step);
  if (what.kind == SL_DONE) return "the run ends";
  std::string text =
      fmt::format("{} of key {:#x}", name_of(static_cast<PacketMove>(what.kind)), what.key);
  if (what.payload != 0) text += fmt::format(" with payload {}", what.payload);
  return text;
}

/// What golden says of each neuron and step.
class GoldenStates {
 public:
  GoldenStates(const SampleTrace& trace, const Mapping& mapping) {
    for (const StateFrame& frame : trace.states) frames_[{frame.population, frame.step}] = &frame;
    for (const Spike& spike : trace.spikes)
      spikes_[{spike.population, spike.step, spike.neuron}] = spike.value;
    for (const CoreImage& core : mapping.cores)
      for (std::uint32_t n = 0; n < core.neurons(); ++n)
        neurons_[core.key_base | n] = {core.identity[n], core.profiles[core.profile_of[n]].start};
  }

  struct Neuron {
    NeuronIdentity identity;
    std::uint32_t start;
  };
  const Neuron* find(std::uint32_t key) const {
    const auto found = neurons_.find(key);
    return found == neurons_.end() ? nullptr : &found->second;
  }
  const StateFrame* frame(PopulationId population, std::uint32_t step) const {
    const auto found = frames_.find({population, step});
    return found == frames_.end() ? nullptr : found->second;
  }
  std::uint32_t spikes(PopulationId population, std::uint32_t step, std::uint32_t neuron) const {
    const auto found = spikes_.find({population, step, neuron});
    return found == spikes_.end() ? 0 : found->second;
  }

 private:
  std::map<std::pair<PopulationId, std::uint32_t>, const StateFrame*> frames_;
  std::map<std::tuple<PopulationId, std::uint32_t, std::uint32_t>, std::uint32_t> spikes_;
  std::unordered_map<std::uint32_t, Neuron> neurons_;
};

std::string state_text(double u, double v, std::uint32_t spikes) {
  return fmt::format("u {}, v {}, {} spikes", u, v, spikes);
}

}  // namespace

LockstepCounts& LockstepCounts::operator+=(const LockstepCounts& other) {
  cycles += other.cycles;
  moves += other.moves;
  neuron_steps += other.neuron_steps;
  spikes += other.spikes;
  return *this;
}

class Lockstep::Impl {
 public:
  Impl(const Chip& chip, const Mapping& mapping, rtl::Model& model)
      : chip_(chip), mapping_(mapping), model_(model), simulator_(chip, mapping, listening()) {}

  LockstepResult run(const Sample& sample, std::uint32_t steps, const SampleTrace& golden) {
    const Run reference = run_chip(sample, steps);
    const GoldenStates states(golden, mapping_);
    result_ = {};
    before_.clear();
    next_ = 0;
    steps_ = steps;
    offer(reference);
    follow(reference, states);
    return std::move(result_);
  }

  void record(const Sample& sample, std::uint32_t steps, const Recording& recording) {
    const Run reference = run_chip(sample, steps);
    offer(reference);
    model_.start(reference.steps);
    model_.advance(recording.from);
    model_.open_waveform(recording.path);
    try {
      model_.advance(recording.to - recording.from);
    } catch (const rtl::Model::Stopped&) {
      // What the RTL stopped at is what is looked for.
    }
    model_.close_waveform();
  }

 private:
  HostOptions listening() {
    HostOptions options;
    options.packets = [this](const PacketMoved& moved) { moves_.push_back(moved); };
    return options;
  }

  // ---- the chip model ----
  Run run_chip(const Sample& sample, std::uint32_t steps) {
    moves_.clear();
    const std::uint64_t begin = simulator_.cycles();
    SampleRun ran = simulator_.run(sample, steps, true);
    Run run;
    run.trace = std::move(ran.trace);
    run.steps = static_cast<std::uint32_t>(ran.step_cycles.size());
    run.end = ran.reset_cycles;
    for (std::uint32_t step = 0; step < run.steps; run.end += ran.step_cycles[step], ++step)
      run.happenings.push_back({run.end, SL_RELEASE, 0, 0, 0, 0, step});
    run.happenings.push_back({run.end, SL_DONE, 0, 0, 0, 0, 0});
    // A packet that is lost moves over no port.
    for (const PacketMoved& moved : moves_)
      if (moved.move != PacketMove::Drop)
        run.happenings.push_back({moved.cycle - begin,
                                  static_cast<std::uint32_t>(moved.move),
                                  static_cast<std::uint32_t>(moved.tile),
                                  index_of(moved.port),
                                  moved.key,
                                  moved.payload,
                                  0});
    std::sort(run.happenings.begin(), run.happenings.end());
    return run;
  }

  // ---- the RTL's input: what the model's ports sent in each step ----
  void offer(const Run& run) {
    std::map<std::uint32_t, std::uint32_t> port_at;
    for (std::uint32_t port = 0; port < chip_.io.ports.size(); ++port)
      port_at[static_cast<std::uint32_t>(chip_.tile_at(chip_.io.ports[port]))] = port;
    std::vector<std::uint64_t> releases;
    for (const Happening& what : run.happenings)
      if (what.kind == SL_RELEASE) releases.push_back(what.cycle);
    for (const Happening& what : run.happenings) {
      if (what.kind != SL_INJECT || what.port != index_of(Port::Io)) continue;
      const auto next = std::upper_bound(releases.begin(), releases.end(), what.cycle);
      const auto step = static_cast<std::uint32_t>(next - releases.begin()) - 1;
      model_.offer(port_at.at(what.tile), step, what.key, what.payload);
    }
  }

  // ---- side by side ----
  void follow(const Run& run, const GoldenStates& states) {
    model_.start(run.steps);
    std::uint64_t cycle = 0;
    bool is_over = false;
    while (!is_over && !result_.divergence && cycle <= run.end + kPatience) {
      std::span<const sl_event> events;
      try {
        events = model_.advance(kCyclesAtATime);
      } catch (const rtl::Model::Stopped& stopped) {
        return diverge_stopped(cycle, stopped.what());
      }
      cycle += kCyclesAtATime;
      std::vector<Happening> happened;
      for (const sl_event& event : events) {
        is_over = is_over || event.kind == SL_DONE;
        if (event.kind == SL_STEPPED)
          stepped_.push_back(event);
        else
          happened.push_back({event.cycle,
                              event.kind,
                              event.tile,
                              event.port,
                              event.key,
                              event.payload,
                              event.step});
      }
      std::sort(happened.begin(), happened.end());
      compare(run, happened, states);
      if (!result_.divergence && !is_over) expect_silence(run, cycle);
    }
    compare_states(states, ~std::uint64_t{0});
    if (result_.divergence) return;
    if (next_ < run.happenings.size()) return diverge(run, run.happenings[next_], std::nullopt);
    result_.counts.cycles = run.end;
    check_all_stepped(run, states);
  }

  void compare(const Run& run, const std::vector<Happening>& happened, const GoldenStates& states) {
    for (const Happening& found : happened) {
      compare_states(states, found.cycle);
      if (result_.divergence) return;
      if (next_ == run.happenings.size()) return diverge(run, std::nullopt, found);
      const Happening& expected = run.happenings[next_];
      if (!(found == expected)) {
        if (expected.cycle < found.cycle || (expected.cycle == found.cycle && expected < found))
          return diverge(
              run, expected, is_same_place(expected, found) ? std::optional(found) : std::nullopt);
        return diverge(
            run, is_same_place(expected, found) ? std::optional(expected) : std::nullopt, found);
      }
      ++next_;
      if (found.kind < SL_STEPPED) ++result_.counts.moves;
      remember(found);
    }
  }

  static bool is_same_place(const Happening& a, const Happening& b) {
    return a.cycle == b.cycle && a.tile == b.tile && a.port == b.port && a.kind == b.kind;
  }

  /// The RTL did nothing more up to `cycle`, and the model should not have either.
  void expect_silence(const Run& run, std::uint64_t cycle) {
    if (next_ < run.happenings.size() && run.happenings[next_].cycle < cycle)
      diverge(run, run.happenings[next_], std::nullopt);
  }

  void remember(const Happening& what) {
    before_.push_back(what);
    if (before_.size() > kEventsBefore) before_.pop_front();
  }

  std::string nothing_but(const Run& run) const {
    if (next_ == run.happenings.size()) return "nothing";
    const Happening& next = run.happenings[next_];
    return fmt::format(
        "nothing; next, in cycle {}: {}: {}", next.cycle, place_of(chip_, next), text_of(next));
  }

  void diverge(const Run& run,
               const std::optional<Happening>& expected,
               const std::optional<Happening>& found) {
    const Happening& first = expected ? *expected : *found;
    Divergence divergence;
    divergence.cycle = first.cycle;
    divergence.where = place_of(chip_, first);
    divergence.expected = expected ? text_of(*expected) : nothing_but(run);
    divergence.found = found ? text_of(*found) : "nothing";
    divergence.reference = "chip";
    report(std::move(divergence));
  }

  void diverge_stopped(std::uint64_t cycle, const std::string& why) {
    Divergence divergence;
    divergence.cycle = cycle;
    divergence.where = "the RTL";
    divergence.expected = "that it goes on";
    divergence.found = why;
    divergence.reference = "chip";
    report(std::move(divergence));
  }

  void report(Divergence divergence) {
    for (const Happening& what : before_)
      divergence.before.push_back(
          fmt::format("cycle {}: {}: {}", what.cycle, place_of(chip_, what), text_of(what)));
    result_.divergence = std::move(divergence);
  }

  // ---- neurons ----
  /// Those whose states were written before `cycle`.
  void compare_states(const GoldenStates& states, std::uint64_t cycle) {
    while (!result_.divergence && !stepped_.empty() && stepped_.front().cycle < cycle) {
      compare_state(states, stepped_.front());
      stepped_.pop_front();
    }
  }

  void compare_state(const GoldenStates& states, const sl_event& event) {
    const GoldenStates::Neuron* const neuron = states.find(event.key);
    if (neuron == nullptr) return diverge_state(event, "a key of no neuron", "no neuron", "");
    if (event.step < neuron->start || event.step - neuron->start >= steps_) return;
    const auto [population, index] = neuron->identity;
    const std::uint32_t step = event.step - neuron->start;
    const StateFrame* const frame = states.frame(population, step);
    const double u = frame == nullptr ? 0 : frame->u[index];
    const double v = frame == nullptr ? 0 : frame->v[index];
    const std::uint32_t spikes = states.spikes(population, step, index);
    ++result_.counts.neuron_steps;
    result_.counts.spikes += event.spikes;
    if (u == event.u && v == event.v && spikes == event.spikes) return;
    diverge_state(
        event,
        fmt::format("{}, neuron {}", mapping_.population_names[index_of(population)], index),
        state_text(u, v, spikes),
        state_text(event.u, event.v, event.spikes));
  }

  void diverge_state(const sl_event& event,
                     const std::string& where,
                     const std::string& expected,
                     const std::string& found) {
    Divergence divergence;
    divergence.cycle = event.cycle;
    divergence.step = event.step;
    divergence.where = where;
    divergence.expected = expected;
    divergence.found = found;
    divergence.reference = "golden";
    report(std::move(divergence));
  }

  /// Every neuron was stepped in every step after its start. In real time a run may end before.
  void check_all_stepped(const Run& run, const GoldenStates& states) {
    if (chip_.step.mode == StepMode::RealTime) return;
    std::uint64_t expected = 0;
    for (const CoreImage& core : mapping_.cores)
      for (std::uint32_t n = 0; n < core.neurons(); ++n) {
        const std::uint32_t start = states.find(core.key_base | n)->start;
        if (run.steps > start) expected += std::min(run.steps - start, steps_);
      }
    if (expected == result_.counts.neuron_steps) return;
    Divergence divergence;
    divergence.cycle = run.end;
    divergence.where = "all cores";
    divergence.expected = fmt::format("{} steps of neurons", expected);
    divergence.found = fmt::format("{}", result_.counts.neuron_steps);
    divergence.reference = "golden";
    report(std::move(divergence));
  }

  const Chip& chip_;
  const Mapping& mapping_;
  rtl::Model& model_;
  std::vector<PacketMoved> moves_;
  ChipSimulator simulator_;
  LockstepResult result_;
  std::deque<Happening> before_;
  std::deque<sl_event> stepped_;
  std::size_t next_ = 0;  // of the model's happenings
  std::uint32_t steps_ = 0;
};

Lockstep::Lockstep(const Chip& chip, const Mapping& mapping, rtl::Model& model)
    : impl_(std::make_unique<Impl>(chip, mapping, model)) {}
Lockstep::~Lockstep() = default;

LockstepResult Lockstep::run(const Sample& sample, std::uint32_t steps, const SampleTrace& golden) {
  return impl_->run(sample, steps, golden);
}

void Lockstep::record(const Sample& sample, std::uint32_t steps, const Recording& recording) {
  impl_->record(sample, steps, recording);
}

}  // namespace spikeloom
