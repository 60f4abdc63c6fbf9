#include "sim/chip/sequencer.hpp"

#include <algorithm>
#include <cmath>

#include "models/base/error.hpp"

namespace spikeloom::chip_sim {
namespace {

constexpr double kMostSpikes = 65535;  // of one input element in a step

std::uint64_t deepest_start(const Mapping& mapping) {
  std::uint32_t deepest = 0;
  for (const CoreImage& core : mapping.cores)
    for (const std::uint16_t profile : core.profile_of)
      deepest = std::max(deepest, core.profiles[profile].start);
  return deepest;
}

std::uint64_t count_of(const InputEvent& event) {
  if (!(event.value >= 0 && event.value <= kMostSpikes && event.value == std::floor(event.value)))
    throw InputError("",
                     "",
                     "input element " + std::to_string(event.index) + " in step " +
                         std::to_string(event.step) + " has value " + std::to_string(event.value) +
                         "; a chip takes whole counts from 0 to 65535");
  return static_cast<std::uint64_t>(event.value);
}

}  // namespace

Sequencer::Sequencer(const Chip& chip,
                     const Mapping& mapping,
                     const HostOptions& options,
                     Fabric& fabric)
    : chip_(chip),
      mapping_(mapping),
      options_(options),
      fabric_(fabric),
      shuffle_(options.shuffle_seed.value_or(0)),
      log_(chip, mapping) {
  for (Core* core : fabric.populated()) core->observe(log_);
  for (std::size_t i = 0; i < fabric.tile_count(); ++i) fabric.tile(i).router.observe(log_);
}

void Sequencer::read_inputs(const Sample& sample, std::uint32_t steps) {
  inputs_.clear();
  next_input_ = 0;
  if (mapping_.inputs.empty()) return;  // the network's input, if it has one, drives nothing
  for (const InputEvent& event : sample.events) {
    if (event.index >= mapping_.inputs.front().size)
      throw InputError("",
                       "",
                       "input element " + std::to_string(event.index) +
                           " does not exist: the input population has " +
                           std::to_string(mapping_.inputs.front().size));
    if (const std::uint64_t count = count_of(event); count > 0 && event.step < steps)
      inputs_.push_back({event.step, event.index, count});
  }
  std::sort(inputs_.begin(), inputs_.end(), [](const Input& a, const Input& b) {
    return std::tuple(a.step, a.index) < std::tuple(b.step, b.index);
  });
}

void Sequencer::begin_sample(const Sample& sample, std::uint32_t steps, bool record_states) {
  read_inputs(sample, steps);
  recorder_.emplace(mapping_, steps, record_states);
  log_.open(*recorder_);
  run_ = {};
  step_ = 0;
  total_steps_ = steps + deepest_start(mapping_);
  over_ = false;
  released_ = now_;
  fabric_.agenda().clear(now_);
  fabric_.barrier().open(now_);
  fabric_.barrier().stay_busy_until(now_ + fabric_.clear());
  sampled_quiet_ = kNever;
  settle();
  release_ = when_clocks_meet(release_);
  now_ = release_;  // nothing else happens while state is cleared
}

std::vector<InputSpikes> Sequencer::inputs_of(std::uint64_t step) {
  std::vector<InputSpikes> spikes;
  for (; next_input_ < inputs_.size() && inputs_[next_input_].step <= step; ++next_input_) {
    const Input& input = inputs_[next_input_];
    const InputImage& image = mapping_.inputs.front();
    spikes.push_back({image.key_base | input.index, input.count, input.step});
    recorder_->input(input.step, image.population, input.index, input.count);
  }
  return spikes;
}

void Sequencer::close_step() {
  (step_ == 0 ? run_.reset_cycles : run_.step_cycles.emplace_back()) = now_ - released_;
  released_ = now_;
  release_ = kNever;
  sampled_quiet_ = kNever;
}

void Sequencer::release() {
  close_step();
  ++barriers_;
  for (Core* core : fabric_.populated()) core->end_step();
  if (step_ == total_steps_) return end_run();
  fabric_.agenda().clear(now_);
  fabric_.barrier().open(now_);
  for (Core* core : fabric_.populated()) {
    core->release(step_, now_);
    recorder_->core(step_, *core);
  }
  fabric_.io_tile().io->release(inputs_of(step_), now_);
  ++step_;
}

// Real time: nobody asks whether the chip is quiet. The clearing ends with a barrier all the same.
void Sequencer::tick() {
  if (step_ == 0) {
    ++barriers_;
    fabric_.agenda().clear(now_);
  } else {
    const Barrier& barrier = fabric_.barrier();
    const Cycle quiet = barrier.is_settled() ? std::min(barrier.quiet_from(), now_) : now_;
    run_.busy_cycles.push_back(std::max(quiet, released_) - released_);
  }
  close_step();
  if (step_ == total_steps_) return finish_steps();
  release_ = now_ + chip_.step.tick_cycles;
  for (Core* core : fabric_.populated()) core->tick(now_);
  fabric_.io_tile().io->release(inputs_of(step_), now_);
  ++step_;
}

void Sequencer::finish_steps() {
  for (const Core* core : fabric_.populated())
    if (core->steps_begun() < total_steps_) log_.stop(*core, total_steps_);
  fabric_.give_up(log_);
  fabric_.barrier().forget_packets();
  end_run();
}

// Samples begin with the clocks in the same phase, so that none depends on what ran before.
void Sequencer::end_run() {
  over_ = true;
  now_ = when_clocks_meet(now_);
}

Cycle Sequencer::when_clocks_meet(Cycle cycle) const {
  const std::uint64_t period = chip_.core_clock.router;
  return (cycle + period - 1) / period * period;
}

void Sequencer::make_due(BlockId block) {
  const std::uint32_t per_tile = fabric_.blocks().per_tile();
  Tile& tile = fabric_.tile(block / per_tile);
  if (tile.due == 0) due_.push_back(&tile);
  tile.due |= 1U << block % per_tile;
}

void Sequencer::choose_due_tiles() {
  due_.clear();
  fabric_.agenda().take(now_, [this](BlockId block) { make_due(block); });
  if (options_.skip_idle) return;
  for (std::uint32_t i = 0; i < fabric_.tile_count(); ++i) {
    const Tile& tile = fabric_.tile(i);
    make_due(fabric_.blocks().router(i));
    for (std::uint32_t slot = 0; slot < tile.cores.size(); ++slot)
      make_due(fabric_.blocks().core(i, slot));
    if (tile.io) make_due(fabric_.blocks().io(i));
  }
}

// std::shuffle differs between libraries; results must not depend on it, but failures should.
void Sequencer::shuffle_due_tiles() {
  for (std::size_t i = due_.size(); i > 1; --i) std::swap(due_[i - 1], due_[shuffle_() % i]);
  for (Tile* tile : due_) tile->reversed = shuffle_() % 2 == 1;
}

const std::vector<Tile*>& Sequencer::open_cycle() {
  if (now_ == release_) is_realtime() ? tick() : release();
  due_.clear();
  if (over_) return due_;
  if (!options_.skip_idle) check_quiet();
  choose_due_tiles();
  if (options_.shuffle_seed) shuffle_due_tiles();
  return due_;
}

// The AND tree itself, against which the counters of Barrier are checked.
void Sequencer::check_quiet() {
  if (sampled_quiet_ == kNever && fabric_.quiet(now_)) sampled_quiet_ = now_;
}

void Sequencer::settle() {
  const Barrier& barrier = fabric_.barrier();
  if (release_ == kNever && barrier.is_settled())
    release_ = barrier.quiet_from() + chip_.barrier.latency_cycles;
}

void Sequencer::close_cycle() {
  if (options_.shuffle_seed) shuffle_due_tiles();
  for (Tile* tile : due_) tile->commit(now_);
  settle();
  now_ = next_cycle();
  if (options_.skip_idle || now_ != release_ || is_realtime()) return;
  SPIKELOOM_CHECK(sampled_quiet_ + chip_.barrier.latency_cycles == release_,
                  "the barrier's counters agree with the blocks' quiet");
}

Cycle Sequencer::next_cycle() {
  const Cycle active = fabric_.agenda().next();
  if (release_ == kNever && active == kNever) fail_deadlocked();
  if (!options_.skip_idle) return now_ + 1;
  if (is_realtime()) return std::min(release_, active);
  return release_ != kNever ? release_ : active;  // once settled, every block only waits
}

void Sequencer::fail_deadlocked() {
  throw InputError("",
                   "",
                   "the chip is deadlocked in step " + std::to_string(step_ - 1) + ": " +
                       std::to_string(fabric_.barrier().packets()) +
                       " packets wait for each other: " + fabric_.waiting_cycle(now_));
}

SampleRun Sequencer::end_sample() {
  run_.trace = recorder_->finish();
  run_.log = log_.finish();
  const auto [late, early, overruns] = log_.counts();
  run_.late_packets = late;
  run_.early_packets = early;
  run_.overruns = overruns;
  recorder_.reset();
  return std::move(run_);
}

}  // namespace spikeloom::chip_sim
