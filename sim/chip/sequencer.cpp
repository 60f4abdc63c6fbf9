#include "sim/chip/sequencer.hpp"

#include <algorithm>

#include "models/base/error.hpp"

namespace spikeloom::chip_sim {
namespace {

std::uint64_t deepest_start(const Mapping& mapping) {
  std::uint32_t deepest = 0;
  for (const CoreImage& core : mapping.cores)
    for (const std::uint16_t profile : core.profile_of)
      deepest = std::max(deepest, core.profiles[profile].start);
  return deepest;
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
      feed_(chip, mapping),
      entering_(chip.io.ports.size()),
      log_(chip, mapping) {
  for (Core* core : fabric.populated()) {
    core->observe(log_);
    if (options_.skip_idle && !is_realtime()) core->foresee();
  }
  for (std::size_t i = 0; i < fabric.tile_count(); ++i) fabric.tile(i).router.observe(log_);
  for (std::uint32_t i = 0; i < fabric.tile_count(); ++i)
    for (std::uint32_t block = 0; block < fabric.blocks().per_tile(); ++block)
      places_.push_back({&fabric.tile(i), 1U << block});
  if (!options.packets) return;
  trace_.emplace(options.packets);
  fabric.trace(*trace_);
  log_.trace(*trace_);
}

void Sequencer::begin_sample(const Sample& sample, std::uint32_t steps, bool record_states) {
  feed_.begin(sample, steps);
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

void Sequencer::release_inputs() {
  for (auto& spikes : entering_) spikes.clear();
  feed_.take(step_, [this](const InputFeed::Event& event, std::uint32_t port, InputSpikes spikes) {
    entering_[port].push_back(spikes);
    recorder_->input(event.step, feed_.population(), event.index, event.count);
  });
  for (std::size_t port = 0; port < entering_.size(); ++port)
    fabric_.tile(index_of(chip_.tile_at(chip_.io.ports[port]))).io->release(entering_[port], now_);
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
  release_inputs();
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
    run_.real_time.busy_cycles.push_back(std::max(quiet, released_) - released_);
  }
  close_step();
  if (step_ == total_steps_) return finish_steps();
  release_ = now_ + chip_.step.tick_cycles;
  for (Core* core : fabric_.populated()) core->tick(now_);
  release_inputs();
  ++step_;
}

void Sequencer::finish_steps() {
  for (const Core* core : fabric_.populated())
    if (core->steps_begun() < total_steps_) log_.stop(*core, total_steps_);
  fabric_.give_up(log_);
  if (trace_) trace_->close(now_);
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
  const auto [tile, bit] = places_[block];
  if (tile->due == 0) due_.push_back(tile);
  tile->due |= bit;
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
  if (release_ != kNever || !barrier.is_settled()) return;
  for (Core* core : fabric_.populated()) core->take_foreseen();
  release_ = barrier.quiet_from() + chip_.barrier.latency_cycles;
}

void Sequencer::close_cycle() {
  if (trace_) trace_->close(now_);
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
  run_.real_time.late = late;
  run_.real_time.early = early;
  run_.real_time.overruns = overruns;
  recorder_.reset();
  return std::move(run_);
}

}  // namespace spikeloom::chip_sim
