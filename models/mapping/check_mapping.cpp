#include "models/mapping/check_mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/base/error.hpp"
#include "models/lowering/weight_format.hpp"
#include "models/mapping/convolution.hpp"
#include "models/mapping/deadlock.hpp"
#include "models/mapping/packet_walk.hpp"

namespace spikeloom {
namespace {

/// Of one input. Far above any sensor, and small enough to visit one by one.
constexpr std::uint32_t kMaxInputElements = 1U << 22;

// ---- legality --------------------------------------------------------------------------------

class LegalityCheck {
 public:
  LegalityCheck(const Mapping& mapping, const Chip& chip, const std::string& file)
      : mapping_(mapping), chip_(chip), grid_(chip.topology), file_(file) {}

  void run() {
    check_shape();
    for (const CoreId id : ids_of(mapping_.cores)) check_core(id);
    for (const TileId id : ids_of(mapping_.tables)) check_table(id);
    check_inputs();
    check_keys();
    check_walks();
  }

 private:
  [[noreturn]] void fail(const std::string& place, const std::string& sentence) const {
    throw InputError(file_, place, sentence);
  }
  void limit(const std::string& place,
             const char* what,
             std::uint64_t found,
             std::uint64_t allowed) const {
    if (found > allowed)
      fail(place, fmt::format("{} {}, the chip allows {}", found, what, allowed));
  }

  void check_shape() const {
    if (mapping_.width != chip_.topology.width || mapping_.height != chip_.topology.height)
      fail("/",
           fmt::format("made for {} x {} tiles, chip \"{}\" has {} x {}",
                       mapping_.width,
                       mapping_.height,
                       chip_.name,
                       chip_.topology.width,
                       chip_.topology.height));
    if (mapping_.tables.size() != chip_.tile_count())
      fail("/tiles",
           fmt::format("{} routing tables, the chip has {} tiles",
                       mapping_.tables.size(),
                       chip_.tile_count()));
    std::vector<std::uint32_t> taken(chip_.tile_count());  // masks of slots
    for (const CoreId id : ids_of(mapping_.cores)) check_position(id, taken);
  }

  void check_position(CoreId id, std::vector<std::uint32_t>& taken) const {
    const CoreImage& core = mapping_.cores[id];
    const auto tile = index_of(core.tile);
    const std::string place = fmt::format("/cores/{}/tile", index_of(id));
    if (tile >= taken.size())
      fail(place, fmt::format("tile {} does not exist, the chip has {}", tile, taken.size()));
    if (core.slot >= chip_.topology.cores_per_tile)
      fail(fmt::format("/cores/{}/slot", index_of(id)),
           fmt::format("is {}, the tile has {} cores", core.slot, chip_.topology.cores_per_tile));
    if (!grid_.has_core(core.tile, core.slot))
      fail(place, fmt::format("core {} of tile {} is dead", core.slot, tile));
    if ((taken[tile] >> core.slot & 1U) != 0)
      fail(place, fmt::format("tile {} already has a core image", tile));
    taken[tile] |= 1U << core.slot;
  }

  void check_core(CoreId id) const {
    const CoreImage& core = mapping_.cores[id];
    const std::string place = fmt::format("/cores/{}", index_of(id));
    check_neurons(core, place);
    for (std::size_t i = 0; i < core.profiles.size(); ++i) {
      check_profile(core.profiles[i].neuron, place + "/profiles", i);
      check_resets(core.profiles[i], place + "/profiles", i);
    }
    check_software(core, place + "/spinnaker");
    check_axons(core, place + "/axons");
    check_rows(core, place + "/rows");
    check_words(core, place + "/words");
    check_dense(core, place + "/dense");
    check_convolutions(core, place);
  }

  void check_neurons(const CoreImage& core, const std::string& place) const {
    limit(place + "/profile_of", "neurons", core.neurons(), chip_.core.neurons);
    limit(place + "/profiles", "profiles", core.profiles.size(), chip_.core.profiles);
    for (const auto& [name, size] : {std::pair<const char*, std::size_t>{"bias", core.bias.size()},
                                     {"sends", core.sends.size()},
                                     {"identity", core.identity.size()}})
      if (size != core.neurons())
        fail(place + "/" + name,
             fmt::format("{} values for a core of {} neurons", size, core.neurons()));
    for (std::size_t n = 0; n < core.profile_of.size(); ++n) check_neuron(core, place, n);
  }

  bool has_software() const { return chip_.core.kind == CoreKind::Processor; }

  void check_software(const CoreImage& core, const std::string& place) const {
    const std::size_t wanted = has_software() ? core.profiles.size() : 0;
    if (core.spinnaker.size() != wanted)
      fail(place,
           fmt::format("{} profiles of software neurons, a core of {} profiles has {}",
                       core.spinnaker.size(),
                       core.profiles.size(),
                       wanted));
    for (std::size_t i = 0; has_software() && i < core.rows.size(); ++i)
      if (core.rows[i].format != RowFormat::Sparse)
        fail(place, fmt::format("row {} is not sparse, as all rows of software cores are", i));
    for (std::size_t i = 0; i < core.spinnaker.size(); ++i)
      if (core.spinnaker[i].exc_shift > 15 || core.spinnaker[i].inh_shift > 15)
        fail(place,
             fmt::format("profile {} has the shifts {} and {}, the largest is 15",
                         i,
                         core.spinnaker[i].exc_shift,
                         core.spinnaker[i].inh_shift));
  }

  void check_neuron(const CoreImage& core, const std::string& place, std::size_t n) const {
    if (core.profile_of[n] >= core.profiles.size())
      fail(place + "/profile_of",
           fmt::format("neuron {} has profile {}, the core has {}",
                       n,
                       core.profile_of[n],
                       core.profiles.size()));
    if (!has_software() && nearest_bias(chip_.core.arithmetic, core.bias[n]) != core.bias[n])
      fail(place + "/bias",
           fmt::format("neuron {} has bias {}, which is not representable", n, core.bias[n]));
    if (core.sends[n] > 1)
      fail(place + "/sends",
           fmt::format("neuron {} has {}, allowed are 0 and 1", n, core.sends[n]));
    if (index_of(core.identity[n].population) >= mapping_.population_names.size())
      fail(place + "/identity",
           fmt::format("neuron {} is of population {}, there are {}",
                       n,
                       index_of(core.identity[n].population),
                       mapping_.population_names.size()));
  }

  void check_profile(const NeuronProfile& profile, const std::string& place, std::size_t i) const {
    const Arithmetic& arithmetic = chip_.core.arithmetic;
    const std::uint32_t decay_max = arithmetic.no_memory();
    if (profile.decay_u > decay_max || profile.decay_v > decay_max)
      fail(place,
           fmt::format("profile {} has decays {} and {}, the largest is {}",
                       i,
                       profile.decay_u,
                       profile.decay_v,
                       decay_max));
    if (profile.threshold > arithmetic.threshold_max())
      fail(place,
           fmt::format("profile {} has threshold {}, the largest is {}",
                       i,
                       profile.threshold,
                       arithmetic.threshold_max()));
    if (profile.refractory_steps > 63)
      fail(place,
           fmt::format("profile {} is refractory for {} steps, the most is 63",
                       i,
                       profile.refractory_steps));
    check_spikes(profile, place, i);
  }

  void check_spikes(const NeuronProfile& profile, const std::string& place, std::size_t i) const {
    const std::uint32_t most = chip_.core.max_spikes_per_step;
    if (profile.max_spikes_per_step < 1 || profile.max_spikes_per_step > most)
      fail(place,
           fmt::format("profile {} spikes up to {} times a step, allowed are 1 to {}",
                       i,
                       profile.max_spikes_per_step,
                       most));
    check_reset(profile, place, i);
    if (profile.max_spikes_per_step == 1) return;
    if (profile.reset != ResetRule::Subtract || profile.threshold == 0 ||
        profile.refractory_steps != 0)
      fail(
          place,
          fmt::format("profile {} spikes several times a step, which needs a reset by subtraction, "
                      "a threshold above 0 and no refractory steps",
                      i));
  }

  void check_reset(const NeuronProfile& profile, const std::string& place, std::size_t i) const {
    const bool before = profile.threshold_test == ThresholdTest::BeforeUpdate;
    if (before && profile.reset != ResetRule::Subtract)
      fail(place,
           fmt::format("profile {} tests v before the update, which needs a reset by subtraction",
                       i));
    const bool later = profile.reset_time == ResetTime::NextStep;
    if (later && (before || profile.threshold == 0 || profile.refractory_steps != 0))
      fail(place,
           fmt::format("profile {} resets in the next step, which needs a test after the update, a "
                       "threshold above 0 and no refractory steps",
                       i));
  }

  void check_resets(const CoreProfile& profile, const std::string& place, std::size_t i) const {
    if (profile.reset_offset >= std::max(profile.reset_period, 1U))
      fail(place,
           fmt::format("profile {} is reset with the offset {}, its period is {}",
                       i,
                       profile.reset_offset,
                       profile.reset_period));
  }

  void check_axons(const CoreImage& core, const std::string& place) const {
    limit(place, "axon entries", core.axons.size(), chip_.core.axon_entries);
    for (std::size_t i = 0; i < core.axons.size(); ++i)
      if ((core.axons[i].key & ~core.axons[i].mask) != 0)
        fail(place,
             fmt::format("entry {} has key {:#010x} outside its mask {:#010x}",
                         i,
                         core.axons[i].key,
                         core.axons[i].mask));
    check_overlap(core.axons, place);
  }

  // Sorted by key, cubes that only leave low bits open are intervals: neighbours tell. Others are
  // compared all with all.
  void check_overlap(const std::vector<AxonEntry>& axons, const std::string& place) const {
    std::vector<KeyCube> cubes;
    for (const AxonEntry& axon : axons) cubes.push_back({axon.key, axon.mask});
    std::sort(cubes.begin(), cubes.end(), [](KeyCube a, KeyCube b) { return a.key < b.key; });
    const bool intervals = std::all_of(
        cubes.begin(), cubes.end(), [](KeyCube c) { return (~c.mask & (~c.mask + 1)) == 0; });
    for (std::size_t i = 0; i < cubes.size(); ++i) {
      const std::size_t end = intervals ? std::min(i + 2, cubes.size()) : cubes.size();
      for (std::size_t j = i + 1; j < end; ++j)
        if (intersects(cubes[i], cubes[j]))
          fail(place,
               fmt::format("entries {:#010x}/{:#010x} and {:#010x}/{:#010x} overlap",
                           cubes[i].key,
                           cubes[i].mask,
                           cubes[j].key,
                           cubes[j].mask));
    }
  }

  void check_rows(const CoreImage& core, const std::string& place) const {
    limit(place, "rows", rows_used(core), chip_.core.rows);
    for (std::size_t i = 0; i < core.rows.size(); ++i) {
      if (const auto fault = fault_of_row(core.rows[i], core))
        fail(place, fmt::format("row {} {}", i, *fault));
      if (core.rows[i].weight_exponent > chip_.core.arithmetic.weight_exponent_max)
        fail(place,
             fmt::format("row {} has weight exponent {}, the largest is {}",
                         i,
                         core.rows[i].weight_exponent,
                         chip_.core.arithmetic.weight_exponent_max));
      if (chip_.core.arithmetic.weight_format == WeightFormat::Loihi) check_signs(core, place, i);
    }
  }

  std::optional<std::string> fault_of_row(const Row& row, const CoreImage& core) const {
    if (row.format == RowFormat::Dense) return fault_of_dense_row(row, core, chip_.core);
    const bool sparse = row.format == RowFormat::Sparse;
    const std::uint64_t stored =
        sparse ? core.words.size() / chip_.core.synapses_per_word : core.convolutions.size();
    const std::uint64_t end = std::uint64_t{row.first_word} + row.words;
    if (row.words == 0 || end <= stored) return std::nullopt;
    return fmt::format("is {} {} to {}, the core stores {}",
                       sparse ? "words" : "convolutions",
                       row.first_word,
                       end - 1,
                       stored);
  }

  void check_dense(const CoreImage& core, const std::string& place) const {
    const std::uint32_t per_word = dense_weights_per_word(chip_.core);
    if (core.dense.size() % per_word != 0)
      fail(place, fmt::format("{} weights are no whole words of {}", core.dense.size(), per_word));
    check_weights(core.dense, place);
  }

  void check_convolutions(const CoreImage& core, const std::string& place) const {
    limit(place + "/kernels", "kernel words", core.kernels.size(), chip_.core.kernel_words);
    check_weights(core.kernels, place + "/kernels");
    for (std::size_t i = 0; i < core.convolutions.size(); ++i)
      if (const auto fault = fault_of(core.convolutions[i], core, chip_.core))
        fail(place + "/convolutions", fmt::format("convolution {} {}", i, *fault));
  }

  void check_weights(const std::vector<std::int16_t>& weights, const std::string& place) const {
    const auto [weight_min, weight_max] = weight_range();
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (weights[i] > weight_max || weights[i] < weight_min)
        fail(place,
             fmt::format(
                 "weight {} is {}, allowed are {} to {}", i, weights[i], weight_min, weight_max));
  }

  void check_words(const CoreImage& core, const std::string& place) const {
    const std::uint32_t lanes = chip_.core.synapses_per_word;
    if (core.words.size() % lanes != 0)
      fail(place, fmt::format("{} synapses are no whole words of {}", core.words.size(), lanes));
    limit(place, "synaptic words", words_used(core, chip_.core), chip_.core.synaptic_words);
    for (std::size_t i = 0; i < core.words.size(); ++i)
      if (has_software())
        check_target(core, place, i, ProcessorWord(core.words[i]));
      else if (core.words[i].weight() != 0)
        check_synapse(core, place, i);
  }

  // Of rows of any signs.
  std::pair<std::int32_t, std::int32_t> weight_range() const {
    const Arithmetic& arithmetic = chip_.core.arithmetic;
    const std::uint32_t bits = arithmetic.weight_bits;
    return {weight_grid(arithmetic, SignMode::Mixed, bits).low,
            weight_grid(arithmetic, SignMode::Excitatory, bits).high};
  }

  // Of what the row itself holds; kernels are shared.
  std::vector<std::int32_t> weights_of(const Row& row, const CoreImage& core) const {
    std::vector<std::int32_t> weights;
    if (row.format == RowFormat::Convolution) return weights;
    const bool dense = row.format == RowFormat::Dense;
    const std::size_t per_word =
        dense ? dense_weights_per_word(chip_.core) : chip_.core.synapses_per_word;
    const std::size_t first = row.first_word * per_word, count = row.words * per_word;
    for (std::size_t i = first; i < first + count; ++i)
      weights.push_back(dense ? core.dense[i] : core.words[i].weight());
    return weights;
  }

  // A row of Loihi's weights has the format of the signs that occur in it.
  void check_signs(const CoreImage& core, const std::string& place, std::size_t i) const {
    const std::vector<std::int32_t> weights = weights_of(core.rows[i], core);
    const SignMode signs = sign_mode_of(weights);
    const WeightGrid grid =
        weight_grid(chip_.core.arithmetic, signs, chip_.core.arithmetic.weight_bits);
    for (const std::int32_t weight : weights)
      if (!grid.holds(weight))
        fail(place,
             fmt::format("row {} has weight {}, its signs allow {}",
                         i,
                         weight,
                         weights_held(chip_.core.arithmetic, signs)));
  }

  /// Target and delay of a word of either kind.
  void check_target(const CoreImage& core,
                    const std::string& place,
                    std::size_t i,
                    const auto& word) const {
    if (word.target() >= core.neurons())
      fail(place,
           fmt::format(
               "synapse {} goes to neuron {}, the core has {}", i, word.target(), core.neurons()));
    if (word.delay() < 1 || word.delay() > chip_.core.delay_steps)
      fail(place,
           fmt::format("synapse {} has delay {}, allowed are 1 to {}",
                       i,
                       word.delay(),
                       chip_.core.delay_steps));
  }

  void check_synapse(const CoreImage& core, const std::string& place, std::size_t i) const {
    const SynapticWord word = core.words[i];
    const std::uint32_t lanes = chip_.core.synapses_per_word;
    const auto [weight_min, weight_max] = weight_range();
    check_target(core, place, i, word);
    if (word.weight() > weight_max || word.weight() < weight_min)
      fail(place,
           fmt::format("synapse {} has weight {}, allowed are {} to {}",
                       i,
                       word.weight(),
                       weight_min,
                       weight_max));
    if (word.target() % lanes != i % lanes)
      fail(place,
           fmt::format("synapse {} to neuron {} is in lane {}, not {}",
                       i,
                       word.target(),
                       i % lanes,
                       word.target() % lanes));
  }

  void check_table(TileId id) const {
    const auto& table = mapping_.tables[id];
    const std::string place = fmt::format("/tiles/{}/routes", index_of(id));
    limit(place, "routing entries", table.size(), chip_.router.table_entries);
    const std::uint32_t existing = existing_ports(id);
    for (std::size_t i = 0; i < table.size(); ++i) {
      if ((table[i].key & ~table[i].mask) != 0)
        fail(place,
             fmt::format("entry {} has key {:#010x} outside its mask {:#010x}",
                         i,
                         table[i].key,
                         table[i].mask));
      if (table[i].route == 0) fail(place, fmt::format("entry {} routes nowhere", i));
      if ((table[i].route & ~existing) != 0)
        fail(
            place,
            fmt::format(
                "entry {} routes to ports {:#x}, the tile has {:#x}", i, table[i].route, existing));
    }
  }

  std::uint32_t existing_ports(TileId tile) const {
    std::uint32_t ports = 0;
    for (std::uint32_t slot = 0; slot < chip_.topology.cores_per_tile; ++slot)
      if (grid_.has_core(tile, slot)) ports |= bit_of(core_port(slot));
    for (std::uint32_t link = 0; link < kLinkCount; ++link)
      if (grid_.neighbour(tile, static_cast<Port>(link))) ports |= 1U << link;
    if (chip_.has_io(tile)) ports |= bit_of(Port::Io);
    return ports;
  }

  void check_inputs() const {
    for (std::size_t i = 0; i < mapping_.inputs.size(); ++i) {
      limit(fmt::format("/inputs/{}", i), "elements", mapping_.inputs[i].size(), kMaxInputElements);
      for (const std::uint32_t element : mapping_.inputs[i].elements)
        if (element >= kMaxInputElements)
          fail(fmt::format("/inputs/{}", i),
               fmt::format("has element {}, allowed are 0 to {}", element, kMaxInputElements - 1));
      if (mapping_.inputs[i].port >= chip_.io.ports.size())
        fail(fmt::format("/inputs/{}", i),
             fmt::format("enters at port {}, the chip has {}",
                         mapping_.inputs[i].port,
                         chip_.io.ports.size()));
      if (index_of(mapping_.inputs[i].population) >= mapping_.population_names.size())
        fail(fmt::format("/inputs/{}", i),
             fmt::format("is population {}, there are {}",
                         index_of(mapping_.inputs[i].population),
                         mapping_.population_names.size()));
    }
  }

  void check_keys() const {
    std::vector<PacketSource> sources = packet_sources(mapping_, chip_);
    std::sort(sources.begin(), sources.end(), [](const auto& a, const auto& b) {
      return a.key_base < b.key_base;
    });
    for (const PacketSource& source : sources)
      if ((source.key_base & (key_block(source.size) - 1)) != 0)
        fail(source.place,
             fmt::format("key base {:#010x} is not aligned to {} keys",
                         source.key_base,
                         key_block(source.size)));
    for (std::size_t i = 1; i < sources.size(); ++i)
      if (sources[i].key_base - sources[i - 1].key_base < sources[i - 1].size ||
          sources[i].key_base == sources[i - 1].key_base)
        fail(sources[i].place,
             fmt::format("key base {:#010x} lies in the keys of {}",
                         sources[i].key_base,
                         sources[i - 1].place));
  }

  void check_walks() const {
    PacketWalker walker(mapping_, chip_, file_);
    ChannelDependencies dependencies(chip_, grid_);
    for (const PacketSource& source : packet_sources(mapping_, chip_))
      walker.walk(source, [&](KeyCube cube, const std::vector<PacketDelivery>& deliveries) {
        dependencies.add(walker.hops());
        for (const PacketDelivery& delivery : deliveries)
          if (!delivery.to_io) check_row_numbers(source, cube, delivery);
      });
    if (!chip_.router.blocked) refuse_circle(dependencies.cycle());
  }

  void refuse_circle(const std::vector<Channel>& circle) const {
    if (circle.empty()) return;
    fail("/tiles",
         fmt::format("packets can wait for each other for ever: {}; map with router up_down, or {}",
                     describe(circle, chip_),
                     cure_of_circles(chip_)));
  }

  void check_row_numbers(const PacketSource& source, KeyCube cube, PacketDelivery delivery) const {
    const CoreImage& core = mapping_.cores[delivery.core];
    const AxonEntry& axon = core.axons[delivery.axon];
    for (std::uint32_t n = 0; n < source.size; ++n) {
      const std::uint32_t key = source.key_base | n;
      if (!cube.contains(key) || !source.is_sending(n)) continue;
      const std::uint64_t row = row_of(axon, key);
      if (row >= core.rows.size())
        fail(fmt::format("/cores/{}/axons", index_of(delivery.core)),
             fmt::format("entry {} takes key {:#010x} to row {}, the core has {}",
                         delivery.axon,
                         key,
                         row,
                         core.rows.size()));
    }
  }

  const Mapping& mapping_;
  const Chip& chip_;
  const Grid grid_;
  const std::string& file_;
};

// ---- equivalence -----------------------------------------------------------------------------

/// A synapse as one sortable number: target neuron | delay | weight with its exponent applied.
/// The weight (10 bits and an exponent of at most 7) takes 17 bits and is kept non-negative.
constexpr std::uint32_t kDelayShift = 20, kTargetShift = 26;
constexpr std::int64_t kWeightOffset = std::int64_t{1} << 19;

std::uint64_t pack_synapse(std::uint64_t target, std::uint32_t delay, std::int64_t weight) {
  return target << kTargetShift | std::uint64_t{delay} << kDelayShift |
         static_cast<std::uint64_t>(weight + kWeightOffset);
}

class EquivalenceCheck {
 public:
  EquivalenceCheck(const Mapping& mapping, const Chip& chip, const LoweredNetwork& network)
      : mapping_(mapping), chip_(chip), network_(network), first_neuron_{0} {
    for (const LoweredPopulation& population : network.populations)
      first_neuron_.push_back(first_neuron_.back() + population.size);
    leaving_.resize(network.populations.size());
    for (const Projection& projection : network.projections)
      leaving_[projection.source].push_back(&projection);
  }

  void run() {
    check_neurons();
    check_inputs();
    PacketWalker walker(mapping_, chip_, "mapping");
    const auto sources = packet_sources(mapping_, chip_);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const auto core = i < mapping_.cores.size()
                            ? std::optional(CoreId{static_cast<std::uint32_t>(i)})
                            : std::nullopt;
      check_source(walker, sources[i], core, i - (core ? 0 : mapping_.cores.size()));
    }
  }

 private:
  std::uint64_t number_of(NeuronIdentity id) const {
    return first_neuron_[index_of(id.population)] + id.neuron;
  }
  std::string name_of(NeuronIdentity id) const {
    return fmt::format("{} neuron {}", network_.populations[id.population].name, id.neuron);
  }
  NeuronIdentity identity_of(std::uint64_t number) const {
    const auto after = std::upper_bound(first_neuron_.begin(), first_neuron_.end(), number);
    const auto population = static_cast<std::uint32_t>(after - first_neuron_.begin() - 1);
    return {PopulationId{population},
            static_cast<std::uint32_t>(number - first_neuron_[population])};
  }
  static void require(bool holds, const auto& sentence) {
    if (!holds) throw InternalError("the mapping is not the network: " + sentence());
  }

  void check_neurons() {
    std::vector<std::uint8_t> placed(first_neuron_.back());
    for (const CoreImage& core : mapping_.cores)
      for (std::uint32_t n = 0; n < core.neurons(); ++n) check_neuron(core, n, placed);
    for (std::uint64_t number = 0; number < placed.size(); ++number) {
      const NeuronIdentity id = identity_of(number);
      require(placed[number] != 0 || network_.populations[id.population].is_input,
              [&] { return name_of(id) + " is on no core"; });
    }
  }

  void check_neuron(const CoreImage& core, std::uint32_t n, std::vector<std::uint8_t>& placed) {
    const NeuronIdentity id = core.identity[n];
    require(index_of(id.population) < network_.populations.size() &&
                id.neuron < network_.populations[id.population].size,
            [&] { return fmt::format("core neuron {} is nobody of the network", n); });
    const LoweredPopulation& population = network_.populations[id.population];
    require(!population.is_input, [&] { return name_of(id) + " is an input, but on a core"; });
    require(++placed[number_of(id)] == 1,
            [&] { return name_of(id) + " is placed more than once"; });
    const CoreProfile& profile = core.profiles[core.profile_of[n]];
    require(profile.neuron == population.profile(id.neuron) && profile.start == population.start,
            [&] { return name_of(id) + " has another profile"; });
    require(has_resets_of(id.population, profile),
            [&] { return name_of(id) + " is reset in other steps"; });
    if (network_.is_spinnaker)
      require(
          core.spinnaker[core.profile_of[n]] ==
              population
                  .spinnaker[population.profile_of.empty() ? 0 : population.profile_of[id.neuron]],
          [&] { return name_of(id) + " has another profile of a software neuron"; });
    require(core.bias[n] == (population.bias.empty() ? 0 : population.bias[id.neuron]),
            [&] { return name_of(id) + " has another bias"; });
    const bool must_send =
        population.profile(id.neuron).spikes && (population.is_output || has_target(id));
    require((core.sends[n] != 0) == must_send, [&] {
      return name_of(id) + (must_send ? " sends no packets" : " sends packets to nobody");
    });
  }

  bool has_resets_of(PopulationId population, const CoreProfile& profile) const {
    const std::optional<std::uint32_t> offset = network_.resets.offset_of(population);
    if (!offset) return profile.reset_period == 0;
    return profile.reset_period == network_.resets.period && profile.reset_offset == *offset;
  }

  void check_inputs() const {
    std::vector<std::uint8_t> entering(first_neuron_.back());
    for (const InputImage& input : mapping_.inputs) {
      const LoweredPopulation& population = network_.populations[input.population];
      require(population.is_input, [&] { return population.name + " enters, but is no input"; });
      for (const std::uint32_t element : input.elements) {
        const NeuronIdentity id{input.population, element};
        require(element < population.size, [&] { return name_of(id) + " does not exist"; });
        require(++entering[number_of(id)] == 1,
                [&] { return name_of(id) + " enters more than once"; });
      }
    }
    for (const PopulationId id : ids_of(network_.populations))
      if (network_.populations[id].is_input && has_synapses(id)) check_all_enter(id, entering);
  }

  void check_all_enter(PopulationId population, const std::vector<std::uint8_t>& entering) const {
    for (std::uint32_t element = 0; element < network_.populations[population].size; ++element) {
      const NeuronIdentity id{population, element};
      require(entering[number_of(id)] != 0, [&] { return name_of(id) + " enters nowhere"; });
    }
  }

  bool has_target(NeuronIdentity id) const {
    return std::any_of(
        leaving_[id.population].begin(), leaving_[id.population].end(), [&](const Projection* p) {
          return fan_out_of(p->connectivity, id.neuron) > 0;
        });
  }

  bool has_synapses(PopulationId id) const {
    return std::any_of(leaving_[id].begin(), leaving_[id].end(), [&](const Projection* p) {
      return count_synapses(p->connectivity, network_.populations[id].size) != 0;
    });
  }

  void check_source(PacketWalker& walker,
                    const PacketSource& source,
                    std::optional<CoreId> core,
                    std::size_t input) {
    const auto identity = [&](std::uint32_t n) {
      return core ? mapping_.cores[*core].identity[n]
                  : NeuronIdentity{mapping_.inputs[input].population,
                                   mapping_.inputs[input].elements[n]};
    };
    walker.walk(source, [&](KeyCube cube, const std::vector<PacketDelivery>& deliveries) {
      for (std::uint32_t n = 0; n < source.size; ++n)
        if (cube.contains(source.key_base | n) && source.is_sending(n))
          check_deliveries(identity(n), source.key_base | n, deliveries);
    });
  }

  void check_deliveries(NeuronIdentity id,
                        std::uint32_t key,
                        const std::vector<PacketDelivery>& deliveries) {
    const LoweredPopulation& population = network_.populations[id.population];
    const auto to_io = std::count_if(
        deliveries.begin(), deliveries.end(), [](const PacketDelivery& d) { return d.to_io; });
    const bool is_output = population.is_output && !population.is_input;
    require(to_io == (is_output ? 1 : 0),
            [&] { return fmt::format("{} leaves by the io port {} times", name_of(id), to_io); });
    stored_synapses(key, deliveries);
    expected_synapses(id);
    if (expected_.size() != stored_.size() || !same_synapses()) report_difference(id);
  }

  bool same_synapses() {
    std::sort(expected_.begin(), expected_.end());
    std::sort(stored_.begin(), stored_.end());
    return expected_ == stored_;
  }

  void stored_synapses(std::uint32_t key, const std::vector<PacketDelivery>& deliveries) {
    stored_.clear();
    for (const PacketDelivery& delivery : deliveries) {
      if (delivery.to_io) continue;
      const CoreImage& core = mapping_.cores[delivery.core];
      const AxonEntry& axon = core.axons[delivery.axon];
      append_row(core, core.rows[row_of(axon, key)], key);
    }
  }

  void append_row(const CoreImage& core, const Row& row, std::uint32_t key) {
    for_each_stored_synapse(
        core, row, key, chip_.core, [&](const StoredSynapse& synapse) { append(core, synapse); });
  }

  void append(const CoreImage& core, const StoredSynapse& synapse) {
    stored_.push_back(pack_synapse(number_of(core.identity[synapse.target]),
                                   synapse.delay,
                                   std::int64_t{synapse.weight} * (1 << synapse.weight_exponent)));
  }

  void expected_synapses(NeuronIdentity id) {
    expected_.clear();
    for (const Projection* projection : leaving_[id.population])
      for_each_synapse(projection->connectivity, id.neuron, [&](const Synapse& synapse) {
        expected_.push_back(
            pack_synapse(number_of({projection->target, synapse.target}),
                         synapse.delay,
                         std::int64_t{synapse.weight} * (1 << projection->weight_exponent)));
      });
  }

  [[noreturn]] void report_difference(NeuronIdentity id) {
    same_synapses();
    const auto [expected, stored] =
        std::mismatch(expected_.begin(), expected_.end(), stored_.begin(), stored_.end());
    const bool missing =
        stored == stored_.end() || (expected != expected_.end() && *expected < *stored);
    const std::uint64_t synapse = missing ? *expected : *stored;
    throw InternalError(fmt::format(
        "the mapping is not the network: {} {} a synapse to {} with delay {} and weight {}",
        name_of(id),
        missing ? "lacks" : "has",
        name_of(identity_of(synapse >> kTargetShift)),
        synapse >> kDelayShift & 0x3FU,
        static_cast<std::int64_t>(synapse & 0xFFFFFU) - kWeightOffset));
  }

  const Mapping& mapping_;
  const Chip& chip_;
  const LoweredNetwork& network_;
  std::vector<std::uint64_t> first_neuron_;  ///< by population, and one past the last
  IdVector<PopulationId, std::vector<const Projection*>> leaving_;
  std::vector<std::uint64_t> expected_, stored_;  ///< of the source under test
};

}  // namespace

void check_legal(const Mapping& mapping, const Chip& chip, const std::string& file) {
  LegalityCheck(mapping, chip, file).run();
}

void check_equivalent(const Mapping& mapping, const Chip& chip, const LoweredNetwork& network) {
  EquivalenceCheck(mapping, chip, network).run();
}

}  // namespace spikeloom
