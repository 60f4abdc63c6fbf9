#include "models/base/hdf5_source.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include "models/base/hdf5_reader.hpp"

namespace spikeloom::hdf5 {
namespace {

std::vector<hsize_t> extents_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank > 0) H5Sget_simple_extent_dims(space, extents.data(), nullptr);
  return extents;
}

/// Number of elements, refused above kMaxHdf5Elements (without overflow on the way).
std::size_t bounded_count(const std::vector<hsize_t>& extents, const Place& place) {
  std::size_t count = 1;
  for (const hsize_t extent : extents) {
    if (extent == 0) return 0;
    if (extent > kMaxHdf5Elements / count)
      place.fail("has more than " + std::to_string(kMaxHdf5Elements) + " elements");
    count *= static_cast<std::size_t>(extent);
  }
  return count;
}

template <typename T, typename Wide>
std::vector<T> narrowed(const std::vector<Wide>& wide, const Place& place) {
  std::vector<T> values;
  values.reserve(wide.size());
  for (const Wide value : wide) {
    if (!std::in_range<T>(value))
      place.fail("holds " + std::to_string(value) + ", allowed are " +
                 std::to_string(std::numeric_limits<T>::min()) + " to " +
                 std::to_string(std::numeric_limits<T>::max()));
    values.push_back(static_cast<T>(value));
  }
  return values;
}

template <typename T>
std::vector<T> fetch_as(const Source& source) {
  std::vector<T> values(source.count);
  if (source.count > 0) source.fetch_or_fail(native_type<T>(), values.data());
  return values;
}

/// HDF5 itself clips integers that do not fit, silently; hence the detour over the widest type.
template <typename T>
std::vector<T> fetch_integers(const Source& source) {
  const hid_t type = source.type.get();
  const bool is_signed = H5Tget_sign(type) == H5T_SGN_2;
  if (H5Tget_size(type) == sizeof(T) && is_signed == std::is_signed_v<T>)
    return fetch_as<T>(source);
  return is_signed ? narrowed<T>(fetch_as<std::int64_t>(source), source.place)
                   : narrowed<T>(fetch_as<std::uint64_t>(source), source.place);
}

/// An enumeration of FALSE = 0 and TRUE = 1, as h5py writes NumPy's truth values.
bool is_truth(hid_t type) {
  if (H5Tget_nmembers(type) != 2 || H5Tget_size(type) != 1) return false;
  std::int8_t no = -1, yes = -1;
  return H5Tenum_valueof(type, "FALSE", &no) >= 0 && H5Tenum_valueof(type, "TRUE", &yes) >= 0 &&
         no == 0 && yes == 1;
}

template <typename T>
std::vector<T> fetch_truths(const Source& source) {
  if (!is_truth(source.type.get())) source.place.fail("holds an enumeration, expected numbers");
  std::vector<std::int8_t> bytes(source.count);
  if (source.count > 0) source.fetch_or_fail(source.type.get(), bytes.data());
  for (const std::int8_t byte : bytes)
    if (byte != 0 && byte != 1)
      source.place.fail("holds " + std::to_string(byte) + ", expected truth values");
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string> fetch_variable_texts(const Source& source) {
  const Handle type = variable_text_type();
  H5Tset_cset(type.get(), H5Tget_cset(source.type.get()));
  std::vector<char*> pointers(source.count, nullptr);
  source.fetch_or_fail(type.get(), pointers.data());
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.emplace_back(text ? text : "");
  H5Dvlen_reclaim(type.get(), source.space.get(), H5P_DEFAULT, pointers.data());
  return texts;
}

std::vector<std::string> fetch_fixed_texts(const Source& source) {
  const std::size_t width = H5Tget_size(source.type.get());
  if (width > kMaxHdf5Elements / std::max<std::size_t>(source.count, 1))
    source.place.fail("has more than " + std::to_string(kMaxHdf5Elements) + " bytes of text");
  std::vector<char> bytes(source.count * width);
  source.fetch_or_fail(source.type.get(), bytes.data());
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < source.count; ++i) {
    const char* first = bytes.data() + i * width;
    texts.emplace_back(first, std::find(first, first + width, '\0'));
  }
  return texts;
}

}  // namespace

void Source::fetch_or_fail(hid_t memory_type, void* buffer) const {
  if (!fetch(memory_type, buffer))
    throw Unreadable(place.file, place.path, "cannot be read (damaged)");
}

void describe(Source& source) {
  if (H5Sget_simple_extent_type(source.space.get()) == H5S_NULL) source.place.fail("has no value");
  const std::vector<hsize_t> extents = extents_of(source.space.get());
  source.count = bounded_count(extents, source.place);
  source.shape.assign(extents.begin(), extents.end());
}

void refuse_unwritten(const Handle& dataset, const Source& source) {
  constexpr hsize_t kMaxRatio = 1100, kSlack = 65536;
  const hsize_t bytes = source.count * H5Tget_size(source.type.get());
  const hsize_t stored = H5Dget_storage_size(dataset.get());
  if (bytes > 0 && (stored == 0 || bytes / kMaxRatio > stored + kSlack))
    source.place.fail("declares " + std::to_string(source.count) + " elements but stores only " +
                      std::to_string(stored) + " bytes");
}

void refuse_unknown_filters(const Handle& dataset, const Source& source) {
  const Handle creation(H5Dget_create_plist(dataset.get()), H5Pclose);
  const int count = H5Pget_nfilters(creation.get());
  for (int i = 0; i < count; ++i) {
    unsigned flags = 0, settings = 0;
    std::size_t values = 0;
    char name[64] = "";
    const H5Z_filter_t filter = H5Pget_filter2(creation.get(),
                                               static_cast<unsigned>(i),
                                               &flags,
                                               &values,
                                               nullptr,
                                               sizeof name,
                                               name,
                                               &settings);
    if (H5Zfilter_avail(filter) <= 0)
      source.place.fail("is compressed by filter " + std::to_string(filter) + " (" + name +
                        "), which the HDF5 library does not have");
  }
}

std::string kind_of(H5T_class_t kind) {
  switch (kind) {
    case H5T_INTEGER:
      return "integers";
    case H5T_FLOAT:
      return "floating-point numbers";
    case H5T_STRING:
      return "text";
    case H5T_VLEN:
      return "variable-length arrays";
    case H5T_COMPOUND:
      return "records";
    default:
      return "an unsupported type";
  }
}

template <typename T>
std::vector<T> fetch_numbers(const Source& source) {
  const H5T_class_t kind = H5Tget_class(source.type.get());
  if (kind == H5T_ENUM) return fetch_truths<T>(source);
  if constexpr (std::is_floating_point_v<T>) {
    if (kind != H5T_INTEGER && kind != H5T_FLOAT)
      source.place.fail("holds " + kind_of(kind) + ", expected numbers");
    return fetch_as<T>(source);
  } else {
    if (kind != H5T_INTEGER) source.place.fail("holds " + kind_of(kind) + ", expected integers");
    return fetch_integers<T>(source);
  }
}

std::vector<std::string> fetch_texts(const Source& source) {
  const H5T_class_t kind = H5Tget_class(source.type.get());
  if (kind != H5T_STRING) source.place.fail("holds " + kind_of(kind) + ", expected text");
  if (source.count == 0) return {};
  return H5Tis_variable_str(source.type.get()) > 0 ? fetch_variable_texts(source)
                                                   : fetch_fixed_texts(source);
}

void refuse_several(const Source& source) {
  if (source.count != 1)
    source.place.fail("has " + std::to_string(source.count) + " elements, expected one");
}

std::string only_text(const Source& source) {
  if (H5Tget_class(source.type.get()) == H5T_STRING) refuse_several(source);
  return fetch_texts(source).front();
}

#define SPIKELOOM_HDF5_TYPE(T) template std::vector<T> fetch_numbers<T>(const Source&);
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

}  // namespace spikeloom::hdf5
