#pragma once
// A software core: a program that receives packets, fetches their rows from the memory of its tile,
// adds them to its ring buffer, and updates its neurons once a step. Interrupts by packets go
// before row work, row work before the update; what is preempted goes on afterwards.

#include <array>
#include <deque>
#include <optional>

#include "sim/chip/core.hpp"
#include "sim/chip/shared_memory.hpp"
#include "sim/chip/software_neuron.hpp"
#include "sim/chip/spike_queue.hpp"
#include "sim/chip/spike_ring.hpp"

namespace spikeloom::chip_sim {

class ProcessorCore final : public Core {
 public:
  /// Core `slot` of a tile; all that is given outlives it.
  ProcessorCore(BlockId id,
                std::uint32_t slot,
                const CoreImage& image,
                const Chip& chip,
                SharedMemory& memory,
                Agenda& agenda,
                Barrier& barrier);

  void connect(Channel& from_router, Channel& to_router) override;
  void declare(StatScope scope) const override;

  void release(std::uint64_t step, Cycle now) override;
  void tick(Cycle now) override;
  void give_up(const std::function<void(const Packet&)>& visit) override;
  void end_step() override {}
  /// Asks the shared memory; all else the core does in commit().
  void evaluate(Cycle now) override;
  void commit(Cycle now) override;
  bool quiet(Cycle now) const override;
  /// It takes a core cycle per word of the ring buffer (two synapse types) and per word of state.
  std::uint64_t clear() override;

  ActionCounts actions() const override;
  std::span<const NeuronSpikes> spiked() const override { return spiked_; }
  NeuronReading reading(std::uint32_t neuron) const override {
    return {neurons_[neuron].driven_by, neurons_[neuron].v};
  }

 private:
  enum Level : std::size_t { kInterrupt, kRows, kUpdate, kLevels };
  struct Task {
    bool is_active = false;
    Cycle left = 0;  // core cycles
  };
  struct Received {
    Packet packet;
    std::optional<Row> row;
  };

  // Time, in core cycles; at_ is the present.
  void advance(Cycle end);
  void pass_until(Cycle cycle);
  Cycle next_event() const;
  Cycle next_injection() const;
  void settle();
  void sleep(Cycle now);
  Level top_level() const;
  void start(Level level, Cycle cycles);
  Cycle router_now() const { return clock_.router_cycle(at_); }

  // Each does one thing if it can be done at present, and returns whether it did.
  bool finish_task();
  bool begin_due_step();
  bool take_packet();
  bool take_row();
  bool start_row_work();
  bool inject();

  void receive();
  void end_lookup();
  void end_row();
  void add_row(const Received& received);
  void forget(const Received& received);
  bool is_idle() const;
  bool is_halted() const;
  void flush(std::uint64_t next);

  void begin(std::uint64_t step);
  void update(std::uint32_t neuron, std::uint64_t step);
  void schedule_part(Cycle cycles);
  bool end_part();

  BlockId id_;
  std::uint32_t slot_;
  const ProcessorSpec& spec_;
  CoreClock clock_;
  bool drops_late_;
  SharedMemory& memory_;
  Agenda& agenda_;
  Barrier& barrier_;
  Channel* input_ = nullptr;
  Channel* to_router_ = nullptr;
  RowSearch search_;
  SpikeQueue output_queue_;
  SpikeRing ring_;
  std::vector<SoftwareNeuron> neurons_;

  Cycle at_ = 0;
  std::array<Task, kLevels> tasks_;
  // Where packets are, in this order.
  std::optional<Received> interrupting_;
  std::deque<Received> buffer_;
  std::optional<Received> looked_up_;  // by the row task, if it is a lookup
  std::optional<Received> fetching_;   // asked of the shared memory, or on its way
  std::optional<Received> fetched_;    // in the second of two row buffers
  std::optional<Received> row_;        // of the row task, if it adds one
  Cycle arrives_ = kNever;             // of the row that is fetched, once granted
  Cycle ask_again_ = 0;                // router cycle in which the port may be free
  bool is_granted_ = false;

  std::vector<NeuronSpikes> spiked_;
  std::vector<std::uint32_t> leaving_;
  std::size_t next_ = 0;       // of leaving_
  std::uint32_t updated_ = 0;  // neurons, with the part under way
  bool is_sending_ = false;    // the part under way ends with a packet

  ActionCounts actions_;
  Counter packets_, rows_, unmatched_, overflows_, saturated_, latency_, worst_latency_;
  Counter spikes_, sent_, busy_;
};

}  // namespace spikeloom::chip_sim
