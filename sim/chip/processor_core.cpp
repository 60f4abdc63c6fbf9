#include "sim/chip/processor_core.hpp"

#include <algorithm>
#include <utility>

namespace spikeloom::chip_sim {
namespace {

constexpr std::uint32_t kStateWords = 4;  // v, two currents, refractory ticks

}  // namespace

ProcessorCore::ProcessorCore(BlockId id,
                             std::uint32_t slot,
                             const CoreImage& image,
                             const Chip& chip,
                             SharedMemory& memory,
                             Agenda& agenda,
                             Barrier& barrier)
    : Core(image),
      id_(id),
      slot_(slot),
      spec_(chip.core.processor),
      clock_(chip.core_clock),
      drops_late_(chip.step.late == LatePackets::Drop),
      memory_(memory),
      agenda_(agenda),
      barrier_(barrier),
      search_(image),
      output_queue_(chip.core.output_queue_packets),
      ring_(image.neurons(), chip.core.delay_steps),
      neurons_(image.neurons()) {}

void ProcessorCore::connect(Channel& from_router, Channel& to_router) {
  input_ = &from_router;
  input_->connect_search(search_);
  to_router_ = &to_router;
}

void ProcessorCore::declare(StatScope scope) const {
  scope.declare("rows", Unit::Count, "rows added", rows_);
  scope.declare("unmatched", Unit::Packet, "packets without a row", unmatched_);
  scope.declare("overflows", Unit::Packet, "packets lost for a full input buffer", overflows_);
  scope.declare("saturated", Unit::Count, "additions that a ring slot could not hold", saturated_);
  scope.declare("packet_latency", Unit::Cycle, "sum of cycles from router to row added", latency_);
  scope.declare("worst_latency", Unit::Cycle, "longest way from router to row", worst_latency_);
  scope.declare("spikes", Unit::Count, "spikes of the core's neurons", spikes_);
  scope.declare("packets_sent", Unit::Packet, "spikes that became packets", sent_);
  scope.declare("busy", Unit::Cycle, "core cycles in which the program worked", busy_);
  steps_.declare(scope);
}

// ---- time --------------------------------------------------------------------------------------

void ProcessorCore::advance(Cycle end) {
  while (at_ < end) {
    settle();
    pass_until(std::min(next_event(), end));
  }
}

void ProcessorCore::pass_until(Cycle cycle) {
  if (const Level level = top_level(); level != kLevels)
    tasks_[level].left -= std::min(tasks_[level].left, cycle - at_);
  at_ = cycle;
}

void ProcessorCore::start(Level level, Cycle cycles) {
  tasks_[level] = {true, cycles};
  busy_.add(cycles);
}

ProcessorCore::Level ProcessorCore::top_level() const {
  std::size_t level = kInterrupt;
  while (level < kLevels && !tasks_[level].is_active) ++level;
  return static_cast<Level>(level);
}

Cycle ProcessorCore::next_event() const {
  Cycle next = std::min(arrives_, next_injection());
  if (!interrupting_) next = std::min(next, input_->eligible_at());
  const Level level = top_level();
  if (level == kLevels) return next;
  const Cycle left = tasks_[level].left;
  const bool waits_for_queue = level == kUpdate && left == 0;
  return std::min(next, waits_for_queue ? output_queue_.await_credit() : at_ + left);
}

Cycle ProcessorCore::next_injection() const {
  if (output_queue_.empty()) return kNever;
  const Cycle cycle = std::max(output_queue_.eligible_at(), at_ + 1);
  return to_router_->can_send(clock_.router_cycle(cycle)) ? cycle : kNever;
}

void ProcessorCore::settle() {
  while (finish_task() || begin_due_step() || take_packet() || take_row() || start_row_work()) {
  }
  inject();
}

void ProcessorCore::evaluate(Cycle now) {
  is_granted_ = false;
  if (!fetching_ || arrives_ != kNever) return;
  const SharedMemory::Turn turn = memory_.turn_of(slot_, now);
  is_granted_ = turn.is_granted;
  ask_again_ = turn.ask_again;
}

void ProcessorCore::commit(Cycle now) {
  if (is_granted_) {
    arrives_ = memory_.grant(slot_, now);
    actions_[Action::SharedMemoryWord] += fetching_->row->words;
    is_granted_ = false;
  }
  advance(clock_.first_at(now));  // to where a credit that has come back counts
  advance(clock_.first_at(now + 1));
  sleep(now);
}

void ProcessorCore::sleep(Cycle now) {
  if (const Cycle next = next_event(); next != kNever)
    agenda_.wake(id_, std::max(clock_.router_cycle(next), now + 1));
  if (fetching_ && arrives_ == kNever) agenda_.wake(id_, std::max(ask_again_, now + 1));
  if (output_queue_.empty()) return;
  const Cycle leaves = clock_.router_cycle(std::max(output_queue_.eligible_at(), at_));
  if (const Cycle credit = to_router_->await_credit(); credit != kNever)
    agenda_.wake(id_, std::max({leaves, credit, now + 1}));
}

// ---- packets and rows --------------------------------------------------------------------------

bool ProcessorCore::finish_task() {
  const Level level = top_level();
  if (level == kLevels || tasks_[level].left > 0) return false;
  if (level == kUpdate) return end_part();
  tasks_[level].is_active = false;
  if (level == kInterrupt)
    receive();
  else if (looked_up_)
    end_lookup();
  else
    end_row();
  return true;
}

bool ProcessorCore::take_packet() {
  if (interrupting_ || input_->eligible_at() > at_) return false;
  const std::uint32_t row = input_->found();
  interrupting_ = Received{input_->head(), std::nullopt};
  if (row != RowSearch::kNoRow) interrupting_->row = image().rows[row];
  barrier_.add_packets(1);  // in the program, from now on
  input_->pop(router_now());
  packets_.add();
  start(kInterrupt, spec_.packet_cycles);
  return true;
}

void ProcessorCore::receive() {
  const Received received = *std::exchange(interrupting_, std::nullopt);
  if (buffer_.size() < spec_.input_buffer_packets) return buffer_.push_back(received);
  overflows_.add();
  steps_.lost(received.packet, EventCause::Overflow);
  forget(received);
}

// The next transfer is started before the row that has come is added, as long as packets wait.
bool ProcessorCore::start_row_work() {
  if (tasks_[kRows].is_active) return false;
  if (!fetching_ && !buffer_.empty() && !is_halted()) {
    looked_up_ = buffer_.front();
    buffer_.pop_front();
    start(kRows, spec_.lookup_cycles);
    ++actions_[Action::AxonLookup];
    return true;
  }
  if (!fetched_) return false;
  row_ = std::exchange(fetched_, std::nullopt);
  start(kRows, spec_.row_cycles + Cycle{row_->row->words} * spec_.synapse_cycles);
  return true;
}

void ProcessorCore::end_lookup() {
  const Received received = *std::exchange(looked_up_, std::nullopt);
  if (received.row) ++actions_[Action::RowPointerRead];
  if (!received.row || received.row->words == 0) {
    if (!received.row) unmatched_.add();
    return forget(received);
  }
  fetching_ = received;
  ask_again_ = 0;
  memory_.request(slot_, received.row->words, router_now());
}

bool ProcessorCore::take_row() {
  if (arrives_ > at_ || fetched_) return false;
  fetched_ = std::exchange(fetching_, std::nullopt);
  arrives_ = kNever;
  return true;
}

void ProcessorCore::end_row() {
  const Received received = *std::exchange(row_, std::nullopt);
  add_row(received);
  steps_.received(received.packet);
  const Cycle latency = router_now() - received.packet.injected;
  latency_.add(latency);
  worst_latency_.raise_to(latency);
  rows_.add();
  forget(received);
}

void ProcessorCore::add_row(const Received& received) {
  const Row& row = *received.row;
  const std::uint32_t spikes = std::max<std::uint32_t>(received.packet.payload, 1);
  for (std::uint32_t i = 0; i < row.words; ++i) {
    const ProcessorWord word(image().words[row.first_word + i]);
    if (ring_.add(word.target(), word.delay(), word.weight(), spikes)) saturated_.add();
  }
  actions_[Action::SynapticOperation] += row.words;
  actions_[Action::RingRead] += row.words;
  actions_[Action::RingWrite] += row.words;
}

/// The packet leaves the program.
void ProcessorCore::forget(const Received&) { barrier_.remove_packet(router_now()); }

bool ProcessorCore::inject() {
  const Cycle now = router_now();
  if (output_queue_.eligible_at() > at_ || !to_router_->can_send(now)) return false;
  Packet packet = output_queue_.head();
  packet.injected = now + 1;
  to_router_->send(packet, now);
  output_queue_.pop(at_);
  barrier_.remove_packet();  // from the core; the channel has counted it again
  barrier_.stay_busy_until(clock_.router_cycle(at_ + 1));
  ++actions_[Action::QueueWrite];
  ++actions_[Action::QueueRead];
  ++actions_[Action::SpikeWithinTile];
  return true;
}

// ---- steps -------------------------------------------------------------------------------------

void ProcessorCore::release(std::uint64_t step, Cycle now) {
  advance(clock_.first_at(now));
  begin(step);
  agenda_.wake(id_, clock_.router_cycle(at_));
}

// A core whose work ends with the tick is not late: that end is seen first.
void ProcessorCore::tick(Cycle now) {
  advance(clock_.first_at(now));
  while (finish_task()) {
  }
  steps_.tick(!is_idle());
  agenda_.wake(id_, clock_.router_cycle(at_));
}

bool ProcessorCore::is_idle() const {
  return top_level() == kLevels && buffer_.empty() && !fetching_ && !fetched_;
}

// Packets that wait at a tick are to be thrown away: none of them is looked up any more.
bool ProcessorCore::is_halted() const {
  return drops_late_ && steps_.is_behind() && !tasks_[kUpdate].is_active;
}

bool ProcessorCore::begin_due_step() {
  if (!steps_.is_behind() || top_level() != kLevels || fetching_ || fetched_) return false;
  if (!buffer_.empty() && !drops_late_) return false;
  const std::uint64_t next = steps_.begun();
  if (drops_late_) flush(next);
  begin(next);
  if (steps_.sink() != nullptr) steps_.sink()->began(*this, next);
  return true;
}

void ProcessorCore::flush(std::uint64_t next) {
  for (const Received& received : buffer_) {
    steps_.flushed(received.packet, next);
    forget(received);
  }
  buffer_.clear();
  input_->flush(router_now(), [&](const Packet& packet) {
    packets_.add();
    steps_.flushed(packet, next);
  });
}

// The slots of this step and the states change in no other way during the step, so all neurons are
// computed at once; packets still leave when the program comes to them.
void ProcessorCore::begin(std::uint64_t step) {
  steps_.begin(step);
  ring_.begin_step(step);
  spiked_.clear();
  leaving_.clear();
  next_ = updated_ = 0;
  for (std::uint32_t neuron = 0; neuron < image().neurons(); ++neuron) update(neuron, step);
  ring_.end_update();
  actions_[Action::RingRead] += 2 * image().neurons();
  actions_[Action::RingWrite] += 2 * image().neurons();
  spikes_.add(spiked_.size());
  barrier_.add_packets(1);  // the update itself
  schedule_part(spec_.step_cycles);
}

void ProcessorCore::update(std::uint32_t neuron, std::uint64_t step) {
  const std::uint16_t number = image().profile_of[neuron];
  if (image().profiles[number].start > step) return;
  ++actions_[Action::NeuronStateRead];
  ++actions_[Action::NeuronStateWrite];
  const bool spikes = step_neuron(neurons_[neuron],
                                  image().spinnaker[number],
                                  image().bias[neuron],
                                  ring_.excitatory(neuron),
                                  ring_.inhibitory(neuron));
  ++actions_[spikes ? Action::NeuronUpdateActive : Action::NeuronUpdateInactive];
  if (!spikes) return;
  spiked_.push_back({neuron, 1});
  if (image().sends[neuron] != 0) leaving_.push_back(neuron);
}

// A part ends with the next neuron that sends, or with the last one. `cycles` come on top.
void ProcessorCore::schedule_part(Cycle cycles) {
  is_sending_ = next_ < leaving_.size();
  const std::uint32_t end = is_sending_ ? leaving_[next_] + 1 : image().neurons();
  cycles += Cycle{end - updated_} * spec_.neuron_cycles + (is_sending_ ? spec_.spike_cycles : 0);
  updated_ = end;
  start(kUpdate, cycles);
}

bool ProcessorCore::end_part() {
  if (!is_sending_) {
    tasks_[kUpdate].is_active = false;
    barrier_.remove_packet(router_now());
    return true;
  }
  if (!output_queue_.can_send(at_)) return false;
  output_queue_.send(steps_.packet(leaving_[next_++]), at_);
  barrier_.add_packets(1);
  sent_.add();
  schedule_part(0);
  return true;
}

// ---- observation -------------------------------------------------------------------------------

void ProcessorCore::give_up(const std::function<void(const Packet&)>& visit) {
  const auto lose = [&](const Packet& packet) { steps_.lost(packet, EventCause::Late); };
  for (const auto* held : {&interrupting_, &looked_up_, &fetching_, &fetched_, &row_})
    if (*held) lose((*held)->packet);
  for (const Received& received : buffer_) lose(received.packet);
  input_->for_each(lose);
  output_queue_.for_each(visit);
  for (std::size_t i = next_; i < leaving_.size(); ++i) visit(steps_.packet(leaving_[i]));
}

bool ProcessorCore::quiet(Cycle now) const {
  return is_idle() && input_->empty() && output_queue_.empty() &&
         clock_.router_cycle(output_queue_.empty_from()) <= now;
}

std::uint64_t ProcessorCore::clear() {
  const std::uint32_t neurons = image().neurons();
  tasks_.fill({});
  for (auto* held : {&interrupting_, &looked_up_, &fetching_, &fetched_, &row_}) held->reset();
  buffer_.clear();
  input_->clear();
  output_queue_.clear();
  steps_.clear();
  ring_.clear();
  arrives_ = kNever;
  is_granted_ = false;
  spiked_.clear();
  leaving_.clear();
  next_ = updated_ = 0;
  for (std::uint32_t neuron = 0; neuron < neurons; ++neuron)
    neurons_[neuron] = {.v = image().spinnaker[image().profile_of[neuron]].v_rest};
  actions_[Action::RingWrite] += std::uint64_t{2} * ring_.slots() * neurons;
  actions_[Action::NeuronStateWrite] += neurons;
  const std::uint64_t words = std::uint64_t{ring_.slots() + kStateWords} * neurons;
  busy_.add(words);
  return clock_.router_cycle(words);
}

ActionCounts ProcessorCore::actions() const {
  ActionCounts counts = actions_;
  counts[Action::QueueWrite] += packets_.value();
  counts[Action::QueueRead] += packets_.value();
  counts[Action::ProcessorCycle] = busy_.value();
  return counts;
}

}  // namespace spikeloom::chip_sim
