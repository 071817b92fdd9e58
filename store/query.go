// What can be asked of a collection: conditions, order, pages.

package store

// Query asks for one page of documents. Some declared index must serve it;
// a query that would have to walk the whole collection is refused.
type Query struct {
	Where []Cond
	Sort  []string // "updated" or "-updated"; the id follows in the same direction
	After string   // Next of the page before
	// Behind instead of After: what follows a document with these values of the
	// sort fields that no condition holds equal, and with this id, which comes last.
	// It need not be there.
	Behind []any
	Limit  int // 20 if not given, at most 1000
}

// Page is one page of an answer.
type Page[T any] struct {
	Docs []T
	Next string // cursor of the next page; "" at the end
}

// Cond is one condition on one field. All conditions of a query must hold.
type Cond struct {
	Field string
	Op    Op
	Value any
}

// Op is how a condition compares.
type Op uint8

// The comparisons. Equality on an array field means contains.
const (
	OpEq Op = iota
	OpIn
	OpPrefix
	OpGt
	OpGte
	OpLt
	OpLte
	OpExists
)

// Eq wants the field to equal v, or the array to contain it. nil, "", false
// and an absent field are the same.
func Eq(field string, v any) Cond { return Cond{field, OpEq, v} }

// In wants the field to equal one of vs, or the array to contain one of them.
func In[V any](field string, vs ...V) Cond {
	list := make([]any, len(vs))
	for i, v := range vs {
		list[i] = v
	}
	return Cond{field, OpIn, list}
}

// Prefix wants a text that starts with s: the subtree of a materialised path.
func Prefix(field, s string) Cond { return Cond{field, OpPrefix, s} }

// Gt wants a value of v's type above v.
func Gt(field string, v any) Cond { return Cond{field, OpGt, v} }

// Gte wants a value of v's type, v or above.
func Gte(field string, v any) Cond { return Cond{field, OpGte, v} }

// Lt wants a value of v's type below v.
func Lt(field string, v any) Cond { return Cond{field, OpLt, v} }

// Lte wants a value of v's type, v or below.
func Lte(field string, v any) Cond { return Cond{field, OpLte, v} }

// Exists wants the field to be present: for sparse fields such as "due".
func Exists(field string) Cond { return Cond{field, OpExists, nil} }
