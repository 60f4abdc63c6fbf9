#include "sim/chip/synapse_engine.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {
namespace {

/// Rows noted before they are added: enough to fetch ahead, few enough to stay in the host's cache.
constexpr std::size_t kMostNotedRows = 256;
/// How many rows before its own a row's words are fetched from the host's memory.
constexpr std::size_t kFetchAhead = 8;

}  // namespace

SynapseEngine::SynapseEngine(const CoreImage& image,
                             const CoreSpec& core,
                             const CoreClock& clock,
                             StepBook& steps,
                             DelayRing& ring,
                             Barrier& barrier)
    : image_(image),
      lanes_(core.synapses_per_word),
      clock_(clock),
      steps_(steps),
      ring_(ring),
      barrier_(barrier),
      rows_(image) {}

void SynapseEngine::declare(StatScope scope) const {
  scope.declare("rows", Unit::Count, "rows streamed", streamed_);
  scope.declare("words", Unit::Count, "wide words fetched", words_);
  scope.declare("unmatched", Unit::Packet, "packets no axon entry knows", unmatched_);
  scope.declare("packet_latency", Unit::Cycle, "sum of cycles from router to row", latency_);
  scope.declare("worst_latency", Unit::Cycle, "longest way from router to row", worst_latency_);
  scope.declare(
      "worst_queue", Unit::Packet, "fullest input queue of the core", input_->high_water());
}

void SynapseEngine::add_row(const Row& row) {
  const SynapticWord* word = words_of(row);
  const SynapticWord* const end = word + std::size_t{row.words} * lanes_;
  std::uint64_t synapses = 0;
  for (; word != end; ++word) {
    const std::int32_t weight = word->weight();
    if (weight == 0) continue;  // an empty lane, whose target may be anything
    ring_.add(
        word->target(), word->delay(), static_cast<std::uint32_t>(weight) << row.weight_exponent);
    ++synapses;
  }
  synapses_.add(synapses);
}

// Both ends, to be read once: the host's own prefetcher follows a long row between them.
void SynapseEngine::fetch_words(const Row& row) const {
  const SynapticWord* const words = words_of(row);
  __builtin_prefetch(words, 0, 0);
  __builtin_prefetch(words + std::size_t{row.words} * lanes_ - 1, 0, 0);
}

void SynapseEngine::add_noted_rows() {
  for (std::size_t i = 0; i < noted_.size(); ++i) {
    if (i + kFetchAhead < noted_.size()) fetch_words(noted_[i + kFetchAhead]);
    add_row(noted_[i]);
  }
  noted_.clear();
}

// Returns how many words the packet's row has; 0 if it has none or the core does not know the key.
std::uint32_t SynapseEngine::stream(const Row* row) {
  if (row == nullptr) return unmatched_.add(), 0;
  streamed_.add();
  words_.add(row->words);
  noted_.push_back(*row);
  if (noted_.size() == kMostNotedRows) add_noted_rows();
  return row->words;
}

void SynapseEngine::commit(Cycle now) {
  if (!starts_) return;
  starts_ = false;
  const Cycle router_now = clock_.router_cycle(now);
  const Cycle latency = router_now - input_->head().injected;
  latency_.add(latency);
  worst_latency_.raise_to(latency);
  packets_.add();
  if (input_->found() != nullptr) steps_.received(input_->head());
  const std::uint32_t words = stream(input_->found());
  input_->pop(router_now);
  free_at_ = now + std::max(words, 1U);
  if (words == 0) return;
  drained_at_ = now + words + kRowDrainCycles;
  barrier_.stay_busy_until(clock_.router_cycle(drained_at_));
}

ActionCounts SynapseEngine::actions() const {
  ActionCounts counts;
  counts[Action::QueueWrite] = packets_.value() + flushed_.value();
  counts[Action::QueueRead] = packets_.value();
  counts[Action::AxonLookup] = packets_.value();
  counts[Action::RowPointerRead] = streamed_.value();
  counts[Action::SynapticWordRead] = words_.value();
  counts[Action::SynapticOperation] = synapses_.value();
  counts[Action::RingRead] = synapses_.value();
  counts[Action::RingWrite] = synapses_.value();
  return counts;
}

Cycle SynapseEngine::next_move(Cycle now) const {
  if (input_->empty()) return kNever;
  return std::max({input_->eligible_at(), free_at_, now + 1});
}

void SynapseEngine::flush(std::uint64_t next, Cycle now) {
  input_->flush(clock_.router_cycle(now), [&](const Packet& packet) {
    flushed_.add();
    steps_.flushed(packet, next);
  });
}

void SynapseEngine::give_up() {
  input_->for_each([&](const Packet& packet) { steps_.lost(packet, EventCause::Late); });
}

void SynapseEngine::clear() {
  input_->clear();
  noted_.clear();
  free_at_ = drained_at_ = 0;
}

}  // namespace spikeloom::chip_sim
