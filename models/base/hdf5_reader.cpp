#include "models/base/hdf5_reader.hpp"

#include <algorithm>
#include <filesystem>

#include "models/base/error.hpp"
#include "models/base/hdf5_handle.hpp"
#include "models/base/hdf5_probe.hpp"
#include "models/base/hdf5_source.hpp"

namespace spikeloom {

using namespace hdf5;

namespace {

/// For HDF5's iterations over links, attributes and objects.
template <typename Info>
herr_t append_name(hid_t, const char* name, const Info*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// Links into other files are not followed: nobody has tried those.
herr_t refuse_link(const char*, const char*, const char*, const char*, unsigned*, hid_t, void*) {
  return -1;
}

Handle local_links_only() {
  Handle access(H5Pcreate(H5P_LINK_ACCESS), H5Pclose);
  H5Pset_elink_cb(access.get(), refuse_link, nullptr);
  return access;
}

/// Reads. What is refused with a reason is refused again when somebody asks for it; what the
/// library fails to read may have failed for want of memory, of which there may be more next time.
template <typename Read>
void try_reading(const Read& read) {
  try {
    read();
  } catch (const Unreadable&) {
    throw;
  } catch (const InputError&) {
  }
}

}  // namespace

struct Hdf5Reader::State {
  std::string name;
  Handle file;
  Handle local = local_links_only();

  bool open() {
    file = Handle(H5Fopen(name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    return file.valid();
  }
  Handle open_object(const std::string& path) const {
    return Handle(H5Oopen(file.get(), path.c_str(), local.get()), H5Oclose);
  }
  Handle open_dataset(const std::string& path) const;
  [[noreturn]] void fail_missing(const std::string& path) const;
  /// Paths of all objects; names of an object's attributes; rows of a list of arrays, else 0.
  std::vector<std::string> objects() const;
  std::vector<std::string> attributes_of(const std::string& object) const;
  std::size_t row_count(const std::string& path) const;
  Source dataset_source(const Handle& dataset, const std::string& path) const;
  template <typename Read>
  auto with_dataset(const std::string& path, const Read& read) const;
  template <typename Read>
  auto with_attribute(const std::string& object, const std::string& attribute, Read read) const;
};

void Hdf5Reader::State::fail_missing(const std::string& path) const {
  for (const std::string& prefix : prefixes_of(path)) {
    if (open_object(prefix).valid()) continue;
    if (H5Lexists(file.get(), prefix.c_str(), local.get()) <= 0) break;
    throw InputError(name, prefix, "is a link that leads to nothing in this file");
  }
  throw InputError(name, path, "is missing");
}

Handle Hdf5Reader::State::open_dataset(const std::string& path) const {
  Handle object = open_object(path);
  if (!object.valid()) fail_missing(path);
  if (H5Iget_type(object.get()) != H5I_DATASET)
    throw InputError(name, path, "is a group, expected a dataset");
  return object;
}

Source Hdf5Reader::State::dataset_source(const Handle& dataset, const std::string& path) const {
  const hid_t id = dataset.get();
  Source source{{name, path}, {H5Dget_type(id), H5Tclose}, {H5Dget_space(id), H5Sclose}, {}, 0, {}};
  describe(source);
  source.fetch = [id](hid_t memory_type, void* buffer) {
    return H5Dread(id, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer) >= 0;
  };
  return source;
}

template <typename Read>
auto Hdf5Reader::State::with_dataset(const std::string& path, const Read& read) const {
  const Handle dataset = open_dataset(path);
  const Source source = dataset_source(dataset, path);
  refuse_unwritten(dataset, source);
  refuse_unknown_filters(dataset, source);
  return read(source);
}

template <typename Read>
auto Hdf5Reader::State::with_attribute(const std::string& object,
                                       const std::string& attribute,
                                       Read read) const {
  const std::string path = object + "@" + attribute;
  const Handle handle(
      H5Aopen_by_name(file.get(), object.c_str(), attribute.c_str(), H5P_DEFAULT, local.get()),
      H5Aclose);
  if (!handle.valid()) throw InputError(name, path, "is missing");
  const hid_t id = handle.get();
  Source source{{name, path}, {H5Aget_type(id), H5Tclose}, {H5Aget_space(id), H5Sclose}, {}, 0, {}};
  describe(source);
  source.fetch = [id](hid_t type, void* buffer) { return H5Aread(id, type, buffer) >= 0; };
  return read(source);
}

std::vector<std::string> Hdf5Reader::State::objects() const {
  std::vector<std::string> paths;
  if (H5Ovisit(file.get(), H5_INDEX_NAME, H5_ITER_INC, append_name<H5O_info_t>, &paths) < 0)
    throw Unreadable(name, "", "cannot be walked (damaged)");
  for (std::string& path : paths)
    if (path == ".")
      path = "/";
    else
      path.insert(0, "/");
  return paths;
}

std::vector<std::string> Hdf5Reader::State::attributes_of(const std::string& object) const {
  std::vector<std::string> names;
  const Handle handle = open_object(object);
  if (H5Aiterate2(
          handle.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, append_name<H5A_info_t>, &names) < 0)
    throw Unreadable(name, object, "has attributes that cannot be listed (damaged)");
  return names;
}

std::size_t Hdf5Reader::State::row_count(const std::string& path) const {
  const Handle dataset = open_dataset(path);
  const Source source = dataset_source(dataset, path);
  refuse_unknown_filters(dataset, source);
  return H5Tget_class(source.type.get()) == H5T_VLEN ? source.count : 0;
}

Hdf5Reader::Hdf5Reader(const std::string& path) {
  prepare_library();
  state_ = std::make_unique<State>();
  state_->name = path;
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) throw InputError(path, "", "file does not exist");
  if (!std::filesystem::is_regular_file(path, ignored) || H5Fis_hdf5(path.c_str()) <= 0)
    throw InputError(path, "", "is not an HDF5 file");
  require_survival(path, [this] {
    if (state_->open()) try_everything();
  });
  if (!state_->open())
    throw InputError(path, "", "cannot be opened as an HDF5 file (damaged, or being written)");
}

Hdf5Reader::~Hdf5Reader() = default;
Hdf5Reader::Hdf5Reader(Hdf5Reader&&) noexcept = default;
Hdf5Reader& Hdf5Reader::operator=(Hdf5Reader&&) noexcept = default;

const std::string& Hdf5Reader::file() const { return state_->name; }

bool Hdf5Reader::exists(const std::string& path) const { return state_->open_object(path).valid(); }

bool Hdf5Reader::is_group(const std::string& path) const {
  const Handle object = state_->open_object(path);
  return object.valid() && H5Iget_type(object.get()) == H5I_GROUP;
}

bool Hdf5Reader::is_dataset(const std::string& path) const {
  const Handle object = state_->open_object(path);
  return object.valid() && H5Iget_type(object.get()) == H5I_DATASET;
}

std::vector<std::string> Hdf5Reader::members(const std::string& group) const {
  const Handle object = state_->open_object(group);
  if (!object.valid()) state_->fail_missing(group);
  if (H5Iget_type(object.get()) != H5I_GROUP) fail(group, "is a dataset, expected a group");
  std::vector<std::string> names;
  if (H5Literate(
          object.get(), H5_INDEX_NAME, H5_ITER_INC, nullptr, append_name<H5L_info_t>, &names) < 0)
    throw Unreadable(file(), group, "cannot be listed (damaged)");
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::size_t> Hdf5Reader::shape(const std::string& path) const {
  return state_->dataset_source(state_->open_dataset(path), path).shape;
}

bool Hdf5Reader::has_value(const std::string& path) const {
  const Handle dataset = state_->open_dataset(path);
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  return H5Sget_simple_extent_type(space.get()) != H5S_NULL;
}

bool Hdf5Reader::holds_text(const std::string& path) const {
  const Source source = state_->dataset_source(state_->open_dataset(path), path);
  return H5Tget_class(source.type.get()) == H5T_STRING;
}

template <typename T>
Hdf5Array<T> Hdf5Reader::read(const std::string& path) const {
  return state_->with_dataset(path, [](const Source& source) {
    return Hdf5Array<T>{source.shape, fetch_numbers<T>(source)};
  });
}

template <typename T>
T Hdf5Reader::read_scalar(const std::string& path) const {
  return state_->with_dataset(path, [](const Source& source) {
    refuse_several(source);
    return fetch_numbers<T>(source).front();
  });
}

std::string Hdf5Reader::read_string(const std::string& path) const {
  return state_->with_dataset(path, [](const Source& source) { return only_text(source); });
}

Hdf5Array<std::string> Hdf5Reader::read_strings(const std::string& path) const {
  return state_->with_dataset(path, [](const Source& source) {
    return Hdf5Array<std::string>{source.shape, fetch_texts(source)};
  });
}

std::vector<double> Hdf5Reader::read_row(const std::string& path, std::size_t row) const {
  const Handle dataset = state_->open_dataset(path);
  const Source source = state_->dataset_source(dataset, path);
  if (source.shape.size() != 1 || H5Tget_class(source.type.get()) != H5T_VLEN)
    fail(path, "expected a list of variable-length arrays");
  if (row >= source.count) fail(path, "has no row " + std::to_string(row));
  refuse_unknown_filters(dataset, source);
  const Handle element(H5Tget_super(source.type.get()), H5Tclose);
  const H5T_class_t kind = H5Tget_class(element.get());
  if (kind != H5T_INTEGER && kind != H5T_FLOAT)
    fail(path, "holds arrays of " + kind_of(kind) + ", expected numbers");

  const hsize_t first = row, one = 1;
  const Handle selected(H5Scopy(source.space.get()), H5Sclose);
  H5Sselect_hyperslab(selected.get(), H5S_SELECT_SET, &first, nullptr, &one, nullptr);
  const Handle single(H5Screate_simple(1, &one, nullptr), H5Sclose);
  const Handle memory_type(H5Tvlen_create(H5T_NATIVE_DOUBLE), H5Tclose);
  hvl_t array{0, nullptr};
  if (H5Dread(dataset.get(), memory_type.get(), single.get(), selected.get(), H5P_DEFAULT, &array) <
      0)
    throw Unreadable(file(), path, "row " + std::to_string(row) + " cannot be read (damaged)");
  const double* values = static_cast<const double*>(array.p);
  std::vector<double> result(values, values + array.len);
  H5Dvlen_reclaim(memory_type.get(), single.get(), H5P_DEFAULT, &array);
  return result;
}

double Hdf5Reader::read_number_attribute(const std::string& object, const std::string& name) const {
  return state_->with_attribute(object, name, [](const Source& source) {
    refuse_several(source);
    return fetch_numbers<double>(source).front();
  });
}

std::string Hdf5Reader::read_string_attribute(const std::string& object,
                                              const std::string& name) const {
  return state_->with_attribute(
      object, name, [](const Source& source) { return only_text(source); });
}

/// Reads a dataset as all kinds: the wrong ones are refused at once.
void Hdf5Reader::try_dataset(const std::string& path) const {
  try_reading([&] { read<double>(path); });
  try_reading([&] { read<std::int64_t>(path); });
  try_reading([&] { read_strings(path); });
  std::size_t rows = 0;
  try_reading([&] { rows = state_->row_count(path); });
  for (std::size_t row = 0; row < rows; ++row) try_reading([&] { read_row(path, row); });
}

void Hdf5Reader::try_attributes(const std::string& object) const {
  for (const std::string& name : state_->attributes_of(object)) {
    try_reading([&] { read_number_attribute(object, name); });
    try_reading([&] { read_string_attribute(object, name); });
  }
}

void Hdf5Reader::try_everything() const {
  for (const std::string& path : state_->objects()) {
    if (is_dataset(path)) try_dataset(path);
    if (is_group(path)) try_reading([&] { members(path); });
    try_attributes(path);
  }
}

void Hdf5Reader::fail(const std::string& path, const std::string& sentence) const {
  throw InputError(state_->name, path, sentence);
}

#define SPIKELOOM_HDF5_TYPE(T)                                         \
  template Hdf5Array<T> Hdf5Reader::read<T>(const std::string&) const; \
  template T Hdf5Reader::read_scalar<T>(const std::string&) const;
SPIKELOOM_HDF5_TYPE(double)
SPIKELOOM_HDF5_TYPE(float)
SPIKELOOM_HDF5_TYPE(std::int8_t)
SPIKELOOM_HDF5_TYPE(std::int16_t)
SPIKELOOM_HDF5_TYPE(std::int32_t)
SPIKELOOM_HDF5_TYPE(std::int64_t)
SPIKELOOM_HDF5_TYPE(std::uint8_t)
SPIKELOOM_HDF5_TYPE(std::uint16_t)
SPIKELOOM_HDF5_TYPE(std::uint32_t)
SPIKELOOM_HDF5_TYPE(std::uint64_t)
#undef SPIKELOOM_HDF5_TYPE

}  // namespace spikeloom
