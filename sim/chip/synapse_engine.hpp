#pragma once
// The receiving half of a core: packet -> axon entry -> row pointer -> wide words, or taps
// generated from shared kernels -> delay ring. It waits for nothing but its own memories, so a core
// always takes packets in.

#include <span>

#include "models/base/statistics.hpp"
#include "models/mapping/mapping.hpp"
#include "models/technology/actions.hpp"
#include "sim/chip/channel.hpp"
#include "sim/chip/delay_ring.hpp"
#include "sim/chip/row_search.hpp"
#include "sim/chip/step_book.hpp"

namespace spikeloom::chip_sim {

/// Cycles from the last word's fetch to its sums in the ring: ring read, then add and write.
constexpr std::uint32_t kRowDrainCycles = 2;

class SynapseEngine : public ForeseenReceiver {
 public:
  /// All outlive the engine; the image's rows and words fit its memories (check_image). Cycles are
  /// those of the core's clock.
  SynapseEngine(const CoreImage& image,
                const CoreSpec& core,
                const CoreClock& clock,
                StepBook& steps,
                DelayRing& ring,
                Barrier& barrier);

  void connect_input(Channel& channel) {
    input_ = &channel;
    channel.connect_search(rows_);
  }
  /// From now on it is not evaluated: nothing but its own rows decides when it takes a packet.
  void foresee() {
    is_foreseen_ = true;
    input_->foresee(*this);
  }
  void take_head() override { take(std::max(input_->eligible_at(), free_at_)); }
  /// Takes what it has not been asked for. Only once nothing more is sent in this step.
  void take_foreseen() {
    while (is_foreseen_ && !input_->empty()) take_head();
  }
  void declare(StatScope scope) const;

  void evaluate(Cycle now) {
    starts_ = !is_foreseen_ && input_->eligible_at() <= now && free_at_ <= now;
  }
  /// Takes the packet at the head and notes its row.
  void commit(Cycle now);
  /// Adds the rows of the step that ends. Sums are read in later steps only, so nothing tells this
  /// from adding one word per cycle.
  void end_step() { add_noted_rows(); }
  /// When the packet at the head can start, or kNever.
  Cycle next_move(Cycle now) const;
  /// Every sum of the rows that have started is in the ring from this cycle on.
  Cycle drained_at() const { return drained_at_; }
  /// In router cycle `now`.
  bool quiet(Cycle now) const { return input_->empty() && clock_.router_cycle(drained_at_) <= now; }
  /// Throws away what waits in the input queue; step `next` begins.
  void flush(std::uint64_t next, Cycle now);
  /// Gives up what is in the input queue or on its way there.
  void give_up();
  void clear();

  ActionCounts actions() const;

 private:
  struct NotedRow {
    Row row;
    std::uint32_t key;
    std::uint32_t scale;  // of its weights: how many spikes, shifted by its exponent
  };

  void take(Cycle now);
  void add_noted_rows();
  void fetch_words(const Row& row) const;
  void add_row(const NotedRow& noted);
  void add_sparse(const NotedRow& noted);
  void add_dense(const NotedRow& noted);
  void add_convolutions(const NotedRow& noted);
  const SynapticWord* words_of(const Row& row) const {
    return image_.words.data() + std::size_t{row.first_word} * lanes_;
  }
  std::span<const Convolution> convolutions_of(const Row& row) const {
    return std::span(image_.convolutions).subspan(row.first_word, row.words);
  }
  std::uint64_t stream(std::uint32_t number, const Packet& packet);
  std::uint64_t cycles_of(const Row& row, std::uint32_t key);
  std::uint64_t generate(const Row& row, std::uint32_t key);

  const CoreImage& image_;
  std::uint32_t lanes_;
  std::uint32_t dense_weights_;  // of a wide word
  std::uint32_t dense_cycles_;   // to add them
  std::uint32_t tap_cycles_;
  const CoreClock& clock_;
  StepBook& steps_;
  DelayRing& ring_;
  Barrier& barrier_;
  Channel* input_ = nullptr;
  RowSearch rows_;
  std::vector<NotedRow> noted_;  // streamed in this step, not yet added
  bool starts_ = false;
  bool is_foreseen_ = false;
  Cycle free_at_ = 0;     // the next row may start
  Cycle drained_at_ = 0;  // every sum is in the ring

  Counter packets_, flushed_, streamed_, words_, synapses_, unmatched_, latency_, worst_latency_;
  Counter convolutions_, taps_;
};

}  // namespace spikeloom::chip_sim
