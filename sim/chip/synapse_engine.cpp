#include "sim/chip/synapse_engine.hpp"

#include <algorithm>

namespace spikeloom::chip_sim {
namespace {

std::vector<TernaryTable::Entry> keys_of(const std::vector<AxonEntry>& axons) {
  std::vector<TernaryTable::Entry> entries;
  entries.reserve(axons.size());
  for (const AxonEntry& axon : axons) entries.push_back({axon.key, axon.mask});
  return entries;
}

}  // namespace

SynapseEngine::SynapseEngine(const CoreImage& image,
                             const CoreSpec& core,
                             DelayRing& ring,
                             Barrier& barrier)
    : image_(image),
      lanes_(core.synapses_per_word),
      ring_(ring),
      barrier_(barrier),
      axons_(keys_of(image.axons)) {}

void SynapseEngine::declare(StatScope scope) const {
  scope.declare("rows", Unit::Count, "rows streamed", rows_);
  scope.declare("words", Unit::Count, "wide words fetched", words_);
  scope.declare("unmatched", Unit::Packet, "packets no axon entry knows", unmatched_);
  scope.declare("packet_latency", Unit::Cycle, "sum of cycles from router to row", latency_);
  scope.declare("worst_latency", Unit::Cycle, "longest way from router to row", worst_latency_);
  scope.declare(
      "worst_queue", Unit::Packet, "fullest input queue of the core", input_->high_water());
}

const Row* SynapseEngine::row_of(std::uint32_t key) {
  const auto entry = axons_.find(key);
  if (!entry) return nullptr;
  const AxonEntry& axon = image_.axons[*entry];
  const std::uint64_t row = std::uint64_t{axon.row_base} + (key & ~axon.mask);
  return row < image_.rows.size() ? &image_.rows[row] : nullptr;
}

void SynapseEngine::add_row(const Row& row) {
  const SynapticWord* word = image_.words.data() + std::size_t{row.first_word} * lanes_;
  const SynapticWord* const end = word + std::size_t{row.words} * lanes_;
  std::uint64_t synapses = 0;
  for (; word != end; ++word) {
    const std::int32_t weight = word->weight();
    if (weight == 0) continue;  // an empty lane, whose target may be anything
    ring_.add(
        word->target(), word->delay(), static_cast<std::uint32_t>(weight) << row.weight_exponent);
    ++synapses;
  }
  actions_[Action::SynapticWordRead] += row.words;
  actions_[Action::SynapticOperation] += synapses;
  actions_[Action::RingRead] += synapses;
  actions_[Action::RingWrite] += synapses;
}

// Returns how many words the packet's row has; 0 if it has none or the core does not know the key.
std::uint32_t SynapseEngine::stream(const Packet& packet) {
  ++actions_[Action::AxonLookup];
  const Row* row = row_of(packet.key);
  if (row == nullptr) return unmatched_.add(), 0;
  ++actions_[Action::RowPointerRead];
  rows_.add();
  words_.add(row->words);
  add_row(*row);
  return row->words;
}

void SynapseEngine::commit(Cycle now) {
  if (!starts_) return;
  starts_ = false;
  const Packet packet = input_->head();
  latency_.add(now - packet.injected);
  worst_latency_.raise_to(now - packet.injected);
  ++actions_[Action::QueueWrite];
  ++actions_[Action::QueueRead];
  input_->pop(now);
  const std::uint32_t words = stream(packet);
  free_at_ = now + std::max(words, 1U);
  if (words == 0) return;
  drained_at_ = now + words + kRowDrainCycles;
  barrier_.stay_busy_until(drained_at_);
}

Cycle SynapseEngine::next_move(Cycle now) const {
  if (input_->empty()) return kNever;
  return std::max({input_->eligible_at(), free_at_, now + 1});
}

void SynapseEngine::clear() {
  input_->clear();
  free_at_ = drained_at_ = 0;
}

}  // namespace spikeloom::chip_sim
