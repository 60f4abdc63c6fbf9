#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

#include "models/base/error.hpp"
#include "models/base/hdf5_reader.hpp"
#include "models/base/hdf5_writer.hpp"
#include "models/mapping/check_mapping.hpp"
#include "models/mapping/mapping.hpp"

namespace spikeloom {
namespace {

const std::string kFormat = "spikeloom-mapping/3";

/// A table's columns, in file order; kept as the attribute "columns" of its dataset.
const std::string kAxonColumns = "key,mask,row_base,shared";
const std::string kRowColumns = "first_word,words,weight_exponent,format,first_target,delay";
const std::string kConvolutionColumns =
    "first_key,channels,height,width,y,x,first_target,target_channels,target_height,target_width,"
    "target_y,target_x,kernel_height,kernel_width,stride_y,stride_x,padding_y,padding_x,dilation_y,"
    "dilation_x,first_weight,weight_exponent,delay";
constexpr std::size_t kConvolutionFields = 23;
const std::string kRouteColumns = "key,mask,route";
const std::string kIdentityColumns = "population,neuron";
const std::string kInputColumns = "population,key_base,size,port";
const std::string kProfileColumns =
    "decay_u,decay_v,threshold,spikes,comparison,reset,reset_value,v_min,refractory_steps,"
    "bias_target,max_spikes_per_step,synapse_order,threshold_test,reset_time,reset_decays,start,"
    "reset_period,reset_offset";
const std::string kSpinnakerColumns =
    "v_rest,v_reset,v_threshold,r_membrane,exp_tc,refractory_ticks,shaped,exc_decay,inh_decay,"
    "exc_init,inh_init,exc_shift,inh_shift";
const std::string kStageColumns = "stage,algorithm";

std::uint32_t number(PopulationId id) { return static_cast<std::uint32_t>(index_of(id)); }

// ---- writing ---------------------------------------------------------------------------------

/// Writes one row of numbers per item.
template <typename T, std::size_t Columns, typename Items, typename ToRow>
void write_table(Hdf5Writer& out,
                 const std::string& path,
                 const std::string& columns,
                 const Items& items,
                 const ToRow& to_row) {
  std::vector<T> values;
  values.reserve(items.size() * Columns);
  for (const auto& item : items) {
    const std::array<T, Columns> row = to_row(item);
    values.insert(values.end(), row.begin(), row.end());
  }
  out.write<T>(path, {items.size(), Columns}, values);
  out.write_attribute(path, "columns", columns);
}

template <typename T>
void write_list(Hdf5Writer& out, const std::string& path, const std::vector<T>& values) {
  out.write<T>(path, {values.size()}, values);
}

std::array<std::int64_t, 18> profile_row(const CoreProfile& profile) {
  const NeuronProfile& neuron = profile.neuron;
  return {neuron.decay_u,
          neuron.decay_v,
          neuron.threshold,
          neuron.spikes ? 1 : 0,
          static_cast<std::int64_t>(neuron.comparison),
          static_cast<std::int64_t>(neuron.reset),
          neuron.reset_value,
          neuron.v_min,
          neuron.refractory_steps,
          static_cast<std::int64_t>(neuron.bias_target),
          neuron.max_spikes_per_step,
          static_cast<std::int64_t>(neuron.synapse_order),
          static_cast<std::int64_t>(neuron.threshold_test),
          static_cast<std::int64_t>(neuron.reset_time),
          neuron.reset_decays ? 1 : 0,
          profile.start,
          profile.reset_period,
          profile.reset_offset};
}

std::array<std::uint32_t, 6> row_fields(const Row& row) {
  return {row.first_word,
          row.words,
          row.weight_exponent,
          static_cast<std::uint32_t>(row.format),
          row.first_target,
          row.delay};
}

std::array<std::uint32_t, kConvolutionFields> convolution_fields(const Convolution& c) {
  return {c.first_key,    c.source[0],       c.source[1],  c.source[2],   c.source_at[0],
          c.source_at[1], c.first_target,    c.target[0],  c.target[1],   c.target[2],
          c.target_at[0], c.target_at[1],    c.kernel[0],  c.kernel[1],   c.stride[0],
          c.stride[1],    c.padding[0],      c.padding[1], c.dilation[0], c.dilation[1],
          c.first_weight, c.weight_exponent, c.delay};
}

std::array<std::int64_t, 13> spinnaker_row(const SpinnakerProfile& profile) {
  return {profile.v_rest,
          profile.v_reset,
          profile.v_threshold,
          profile.r_membrane,
          profile.exp_tc,
          profile.refractory_ticks,
          profile.shaped ? 1 : 0,
          profile.exc_decay,
          profile.inh_decay,
          profile.exc_init,
          profile.inh_init,
          profile.exc_shift,
          profile.inh_shift};
}

void write_core(Hdf5Writer& out, const std::string& at, const CoreImage& core) {
  out.write_scalar<std::uint32_t>(at + "/tile", static_cast<std::uint32_t>(core.tile));
  out.write_scalar<std::uint32_t>(at + "/slot", core.slot);
  out.write_scalar<std::uint32_t>(at + "/key_base", core.key_base);
  write_table<std::int64_t, 18>(out, at + "/profiles", kProfileColumns, core.profiles, profile_row);
  if (!core.spinnaker.empty())
    write_table<std::int64_t, 13>(
        out, at + "/spinnaker", kSpinnakerColumns, core.spinnaker, spinnaker_row);
  write_list(out, at + "/profile_of", core.profile_of);
  write_list(out, at + "/bias", core.bias);
  write_list(out, at + "/sends", core.sends);
  write_table<std::uint32_t, 2>(
      out, at + "/identity", kIdentityColumns, core.identity, [](const NeuronIdentity& id) {
        return std::array<std::uint32_t, 2>{number(id.population), id.neuron};
      });
  write_table<std::uint32_t, 4>(out, at + "/axons", kAxonColumns, core.axons, [](const auto& axon) {
    return std::array<std::uint32_t, 4>{axon.key, axon.mask, axon.row_base, axon.shared ? 1U : 0U};
  });
  write_table<std::uint32_t, 6>(out, at + "/rows", kRowColumns, core.rows, row_fields);
  std::vector<std::uint32_t> words;
  words.reserve(core.words.size());
  for (const SynapticWord word : core.words) words.push_back(word.bits());
  write_list(out, at + "/words", words);
  write_list(out, at + "/dense", core.dense);
  write_list(out, at + "/kernels", core.kernels);
  write_table<std::uint32_t, kConvolutionFields>(
      out, at + "/convolutions", kConvolutionColumns, core.convolutions, convolution_fields);
}

/// The elements of all inputs follow each other in one list.
void write_inputs(Hdf5Writer& out, const std::vector<InputImage>& inputs) {
  write_table<std::uint32_t, 4>(out, "/inputs", kInputColumns, inputs, [](const InputImage& input) {
    return std::array<std::uint32_t, 4>{
        number(input.population), input.key_base, input.size(), input.port};
  });
  std::vector<std::uint32_t> elements;
  for (const InputImage& input : inputs)
    elements.insert(elements.end(), input.elements.begin(), input.elements.end());
  write_list(out, "/input_elements", elements);
}

void write_stages(Hdf5Writer& out, const Mapping& mapping) {
  std::vector<std::string> texts;
  for (const auto& [stage, algorithm] : mapping.stages) {
    texts.push_back(stage);
    texts.push_back(algorithm);
  }
  out.write_strings("/stages", {mapping.stages.size(), 2}, texts);
  out.write_attribute("/stages", "columns", kStageColumns);
}

// ---- reading ---------------------------------------------------------------------------------

template <typename T>
std::vector<T> read_list(const Hdf5Reader& in, const std::string& path) {
  Hdf5Array<T> list = in.read<T>(path);
  if (list.shape.size() != 1) in.fail(path, "expected one list of numbers");
  return std::move(list.values);
}

/// Calls `add` with every row of a table that has exactly these columns.
template <typename T, std::size_t Columns, typename Add>
void read_table(const Hdf5Reader& in,
                const std::string& path,
                const std::string& columns,
                const Add& add) {
  const Hdf5Array<T> table = in.read<T>(path);
  if (table.shape.size() != 2 || table.shape[1] != Columns ||
      in.read_string_attribute(path, "columns") != columns)
    in.fail(path, "expected a table with the columns " + columns);
  for (std::size_t i = 0; i < table.values.size(); i += Columns)
    add(std::span<const T, Columns>(table.values.data() + i, Columns));
}

/// Converts table values, refusing those the field cannot hold.
class ProfileRow {
 public:
  ProfileRow(const Hdf5Reader& in, const std::string& path, std::span<const std::int64_t, 18> row)
      : in_(in), path_(path), row_(row) {}

  CoreProfile profile() const {
    NeuronProfile neuron;
    neuron.decay_u = field<std::uint32_t>(0);
    neuron.decay_v = field<std::uint32_t>(1);
    neuron.threshold = field<std::uint32_t>(2);
    neuron.spikes = choice(3) != 0;
    neuron.comparison = static_cast<Comparison>(choice(4));
    neuron.reset = static_cast<ResetRule>(choice(5));
    neuron.reset_value = field<std::int32_t>(6);
    neuron.v_min = field<std::int32_t>(7);
    neuron.refractory_steps = field<std::uint32_t>(8);
    neuron.bias_target = static_cast<BiasTarget>(choice(9));
    neuron.max_spikes_per_step = field<std::uint32_t>(10);
    neuron.synapse_order = static_cast<SynapseOrder>(choice(11));
    neuron.threshold_test = static_cast<ThresholdTest>(choice(12));
    neuron.reset_time = static_cast<ResetTime>(choice(13));
    neuron.reset_decays = choice(14) != 0;
    return {neuron, field<std::uint32_t>(15), field<std::uint32_t>(16), field<std::uint32_t>(17)};
  }

 private:
  template <typename T>
  T field(std::size_t column) const {
    if (!std::in_range<T>(row_[column])) refuse(column);
    return static_cast<T>(row_[column]);
  }
  /// Flags and two-valued enumerations.
  std::int64_t choice(std::size_t column) const {
    if (row_[column] != 0 && row_[column] != 1) refuse(column);
    return row_[column];
  }
  [[noreturn]] void refuse(std::size_t column) const {
    in_.fail(path_, fmt::format("column {} holds {}, which is out of range", column, row_[column]));
  }

  const Hdf5Reader& in_;
  const std::string& path_;
  std::span<const std::int64_t, 18> row_;
};

/// The fields of a table's row, one after the other, refusing those too large for their place.
class FieldReader {
 public:
  FieldReader(const Hdf5Reader& in, const std::string& path, std::span<const std::uint32_t> row)
      : in_(in), path_(path), row_(row) {}

  std::uint32_t next(std::uint32_t largest = UINT32_MAX) {
    const std::uint32_t value = row_[column_++];
    if (value > largest)
      in_.fail(path_, fmt::format("column {} holds {}, which is out of range", column_ - 1, value));
    return value;
  }
  std::uint16_t short_number() { return static_cast<std::uint16_t>(next(UINT16_MAX)); }
  std::uint8_t byte() { return static_cast<std::uint8_t>(next(UINT8_MAX)); }
  template <std::size_t Count>
  void fill(std::array<std::uint16_t, Count>& numbers) {
    for (std::uint16_t& number : numbers) number = short_number();
  }

 private:
  const Hdf5Reader& in_;
  const std::string& path_;
  std::span<const std::uint32_t> row_;
  std::size_t column_ = 0;
};

Row read_row(FieldReader fields) {
  constexpr auto kLastFormat = static_cast<std::uint32_t>(RowFormat::Convolution);
  constexpr std::uint32_t kLongestDelay = 63;
  Row row;
  row.first_word = fields.next();
  row.words = fields.next();
  row.weight_exponent = fields.byte();
  row.format = static_cast<RowFormat>(fields.next(kLastFormat));
  row.first_target = fields.short_number();
  row.delay = static_cast<std::uint8_t>(fields.next(kLongestDelay)) & kLongestDelay;
  return row;
}

Convolution read_convolution(FieldReader fields) {
  Convolution c;
  c.first_key = fields.next();
  fields.fill(c.source);
  fields.fill(c.source_at);
  c.first_target = fields.short_number();
  fields.fill(c.target);
  fields.fill(c.target_at);
  for (auto* pair : {&c.kernel, &c.stride, &c.padding, &c.dilation}) fields.fill(*pair);
  c.first_weight = fields.next();
  c.weight_exponent = fields.byte();
  c.delay = fields.byte();
  return c;
}

void read_synapses(const Hdf5Reader& in, const std::string& at, CoreImage& core) {
  const std::string axons = at + "/axons", rows = at + "/rows", shared = at + "/convolutions";
  read_table<std::uint32_t, 4>(in, axons, kAxonColumns, [&](auto row) {
    core.axons.push_back(
        {row[0], row[1], row[2], FieldReader(in, axons, row.last(1)).next(1) != 0});
  });
  read_table<std::uint32_t, 6>(in, rows, kRowColumns, [&](auto row) {
    core.rows.push_back(read_row(FieldReader(in, rows, row)));
  });
  for (const std::uint32_t bits : read_list<std::uint32_t>(in, at + "/words"))
    core.words.push_back(SynapticWord(bits));
  core.dense = read_list<std::int16_t>(in, at + "/dense");
  core.kernels = read_list<std::int16_t>(in, at + "/kernels");
  read_table<std::uint32_t, kConvolutionFields>(in, shared, kConvolutionColumns, [&](auto row) {
    core.convolutions.push_back(read_convolution(FieldReader(in, shared, row)));
  });
}

SpinnakerProfile spinnaker_profile(const Hdf5Reader& in,
                                   const std::string& path,
                                   std::span<const std::int64_t, 13> row) {
  SpinnakerProfile profile;
  std::size_t column = 0;
  const auto take = [&](auto& field) {
    using Field = std::remove_reference_t<decltype(field)>;
    const std::int64_t value = row[column];
    if (!std::in_range<Field>(value))
      in.fail(path, fmt::format("column {} holds {}, which is out of range", column, value));
    field = static_cast<Field>(value);
    ++column;
  };
  std::uint8_t shaped = 0;
  for (std::int32_t* field : {&profile.v_rest,
                              &profile.v_reset,
                              &profile.v_threshold,
                              &profile.r_membrane,
                              &profile.exp_tc})
    take(*field);
  take(profile.refractory_ticks);
  take(shaped);
  profile.shaped = shaped != 0;
  for (std::uint32_t* field : {&profile.exc_decay,
                               &profile.inh_decay,
                               &profile.exc_init,
                               &profile.inh_init,
                               &profile.exc_shift,
                               &profile.inh_shift})
    take(*field);
  return profile;
}

CoreImage read_core(const Hdf5Reader& in, const std::string& at) {
  CoreImage core;
  core.tile = TileId{in.read_scalar<std::uint32_t>(at + "/tile")};
  core.slot = in.read_scalar<std::uint32_t>(at + "/slot");
  core.key_base = in.read_scalar<std::uint32_t>(at + "/key_base");
  const std::string profiles = at + "/profiles";
  read_table<std::int64_t, 18>(in, profiles, kProfileColumns, [&](auto row) {
    core.profiles.push_back(ProfileRow(in, profiles, row).profile());
  });
  if (const std::string software = at + "/spinnaker"; in.exists(software))
    read_table<std::int64_t, 13>(in, software, kSpinnakerColumns, [&](auto row) {
      core.spinnaker.push_back(spinnaker_profile(in, software, row));
    });
  core.profile_of = read_list<std::uint16_t>(in, at + "/profile_of");
  core.bias = read_list<std::int32_t>(in, at + "/bias");
  core.sends = read_list<std::uint8_t>(in, at + "/sends");
  read_table<std::uint32_t, 2>(in, at + "/identity", kIdentityColumns, [&](auto row) {
    core.identity.push_back({PopulationId{row[0]}, row[1]});
  });
  read_synapses(in, at, core);
  return core;
}

void read_head(const Hdf5Reader& in, const Chip& chip, Mapping& mapping) {
  const std::string format = in.read_string_attribute("/", "format");
  if (format != kFormat) in.fail("/@format", "is \"" + format + "\", expected \"" + kFormat + "\"");
  mapping.chip_name = in.read_string_attribute("/", "chip");
  const auto grid = read_list<std::uint32_t>(in, "/grid");
  if (grid != std::vector<std::uint32_t>{chip.topology.width, chip.topology.height})
    in.fail("/grid",
            fmt::format("is not the {} x {} tiles of chip \"{}\"",
                        chip.topology.width,
                        chip.topology.height,
                        chip.name));
  mapping.width = chip.topology.width;
  mapping.height = chip.topology.height;
  mapping.population_names = in.read_strings("/populations").values;
}

void read_stages(const Hdf5Reader& in, Mapping& mapping) {
  const Hdf5Array<std::string> stages = in.read_strings("/stages");
  if (stages.shape.size() != 2 || stages.shape[1] != 2)
    in.fail("/stages", "expected a table with the columns " + kStageColumns);
  for (std::size_t i = 0; i < stages.values.size(); i += 2)
    mapping.stages.emplace_back(stages.values[i], stages.values[i + 1]);
}

std::vector<InputImage> read_inputs(const Hdf5Reader& in) {
  const auto elements = read_list<std::uint32_t>(in, "/input_elements");
  std::vector<InputImage> inputs;
  auto next = elements.begin();
  read_table<std::uint32_t, 4>(in, "/inputs", kInputColumns, [&](auto row) {
    const auto left = static_cast<std::size_t>(elements.end() - next);
    if (row[2] > left)
      in.fail("/inputs",
              fmt::format("input {} has {} elements, {} are left", inputs.size(), row[2], left));
    const auto first = std::exchange(next, next + row[2]);
    inputs.push_back({PopulationId{row[0]}, row[1], {first, next}, row[3]});
  });
  if (next != elements.end())
    in.fail("/input_elements", fmt::format("{} elements are of no input", elements.end() - next));
  return inputs;
}

void read_routes(const Hdf5Reader& in, const Chip& chip, Mapping& mapping) {
  mapping.tables.resize(chip.tile_count());
  for (const TileId tile : ids_of(mapping.tables))
    read_table<std::uint32_t, 3>(
        in, fmt::format("/tiles/{}/routes", index_of(tile)), kRouteColumns, [&](auto row) {
          mapping.tables[tile].push_back({row[0], row[1], row[2]});
        });
}

}  // namespace

void write_mapping(const Mapping& mapping, const std::string& path) {
  Hdf5Writer out(path);
  out.write_attribute("/", "format", kFormat);
  out.write_attribute("/", "chip", mapping.chip_name);
  write_list<std::uint32_t>(out, "/grid", {mapping.width, mapping.height});
  out.write_strings("/populations", {mapping.population_names.size()}, mapping.population_names);
  write_stages(out, mapping);
  write_inputs(out, mapping.inputs);
  out.group("/cores");
  for (const CoreId id : ids_of(mapping.cores))
    write_core(out, fmt::format("/cores/{}", index_of(id)), mapping.cores[id]);
  for (const TileId tile : ids_of(mapping.tables))
    write_table<std::uint32_t, 3>(
        out,
        fmt::format("/tiles/{}/routes", index_of(tile)),
        kRouteColumns,
        mapping.tables[tile],
        [](const RouteEntry& entry) {
          return std::array<std::uint32_t, 3>{entry.key, entry.mask, entry.route};
        });
  out.finish();
}

Mapping read_mapping(const std::string& path, const Chip& chip) {
  const Hdf5Reader in(path);
  Mapping mapping;
  read_head(in, chip, mapping);
  read_stages(in, mapping);
  mapping.inputs = read_inputs(in);
  const std::size_t cores = in.members("/cores").size();
  for (std::size_t i = 0; i < cores; ++i)
    mapping.cores.push_back(read_core(in, fmt::format("/cores/{}", i)));
  read_routes(in, chip, mapping);
  check_legal(mapping, chip, path);
  return mapping;
}

}  // namespace spikeloom
