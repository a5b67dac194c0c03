// Compiles and evaluates expressions with the API server's own libraries: a JSON document a line in,
// one a line out, as ../evaluate.c describes them.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	schemacel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
)

// Environments that are kept for the next expression about the same schema.
const worldsMax = 64

type question struct {
	Expression string          `json:"expr"`
	Schema     json.RawMessage `json:"schema"`
	IsRoot     bool            `json:"root"`
	IsOptional bool            `json:"optional"`
	Self       json.RawMessage `json:"self"`
	OldSelf    json.RawMessage `json:"oldSelf"`
}

type answer struct {
	Issues string  `json:"issues,omitempty"`
	Plan   string  `json:"plan,omitempty"`
	Type   string  `json:"type,omitempty"`
	Max    *uint64 `json:"max,omitempty"`
	Cost   *uint64 `json:"cost,omitempty"`
	Value  *string `json:"value,omitempty"`
	Error  *string `json:"error,omitempty"`
	Panic  string  `json:"panic,omitempty"` // the compiler's: the API server drops such a request
}

// world is what expressions about one schema share.
type world struct {
	environment *cel.Env
	structural  *schema.Structural
	declaration *apiservercel.DeclType
}

type worldKey struct {
	schema             string
	isRoot, isOptional bool
}

func main() {
	base := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion())
	worlds := map[worldKey]*world{}
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var asked question
		if err := json.Unmarshal(line, &asked); err != nil {
			log.Fatal(err)
		}
		key := worldKey{string(asked.Schema), asked.IsRoot, asked.IsOptional}
		if worlds[key] == nil {
			if len(worlds) >= worldsMax {
				clear(worlds)
			}
			worlds[key] = makeWorld(base, &asked)
		}
		if err := encoder.Encode(worlds[key].answer(&asked)); err != nil {
			log.Fatal(err)
		}
	}
}

func makeWorld(base *environment.EnvSet, asked *question) *world {
	if asked.Schema == nil {
		return &world{environment: base.NewExpressionsEnv()}
	}
	var published apiextensionsv1.JSONSchemaProps
	if err := json.Unmarshal(asked.Schema, &published); err != nil {
		log.Fatal(err)
	}
	var internal apiextensions.JSONSchemaProps
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&published, &internal, nil); err != nil {
		log.Fatal(err)
	}
	structural, err := schema.NewStructural(&internal)
	if err != nil {
		log.Fatal(err)
	}
	declaration := model.SchemaDeclType(structural, asked.IsRoot)
	if declaration == nil {
		return &world{}
	}
	declaration = declaration.MaybeAssignTypeName("selfType0")
	old := declaration.CelType()
	if asked.IsOptional {
		old = types.NewOptionalType(old)
	}
	set, err := base.Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0),
		EnvOptions: []cel.EnvOption{
			cel.Variable(schemacel.ScopedVarName, declaration.CelType()),
			cel.Variable(schemacel.OldScopedVarName, old),
		},
		DeclTypes: []*apiservercel.DeclType{declaration},
	})
	if err != nil {
		log.Fatal(err)
	}
	if asked.IsRoot {
		structural = model.WithTypeAndObjectMeta(structural)
	}
	return &world{set.NewExpressionsEnv(), structural, declaration}
}

func (w *world) answer(asked *question) (told answer) {
	if w.environment == nil {
		return answer{Issues: "no declaration"}
	}
	defer func() {
		if problem := recover(); problem != nil {
			told = answer{Panic: fmt.Sprint(problem)}
		}
	}()
	ast, issues := w.environment.Compile(asked.Expression)
	if issues.Err() != nil {
		return answer{Issues: issues.String()}
	}
	estimator := &library.CostEstimator{SizeEstimator: sizes{w.declaration}}
	program, err := w.environment.Program(ast,
		cel.CostLimit(celconfig.PerCallLimit),
		cel.CostTracking(estimator),
		cel.InterruptCheckFrequency(celconfig.CheckFrequency),
	)
	if err != nil {
		return answer{Plan: err.Error()}
	}
	told.Type = checker.FormatCELType(ast.OutputType())
	estimate, err := w.environment.EstimateCost(ast, estimator)
	if err != nil {
		log.Fatal(err)
	}
	told.Max = &estimate.Max
	value, details, err := program.ContextEval(context.Background(), w.variables(asked))
	cost := uint64(0)
	if details != nil && details.ActualCost() != nil {
		cost = *details.ActualCost()
	}
	told.Cost = &cost
	text := ""
	if err != nil {
		text = err.Error()
		told.Error = &text
	} else {
		text = types.Format(value)
		told.Value = &text
	}
	return told
}

func (w *world) variables(asked *question) map[string]any {
	variables := map[string]any{}
	if w.structural == nil {
		return variables
	}
	variables[schemacel.ScopedVarName] = w.value(asked.Self)
	switch {
	case asked.OldSelf != nil && asked.IsOptional:
		variables[schemacel.OldScopedVarName] = types.OptionalOf(w.value(asked.OldSelf))
	case asked.OldSelf != nil:
		variables[schemacel.OldScopedVarName] = w.value(asked.OldSelf)
	case asked.IsOptional:
		variables[schemacel.OldScopedVarName] = types.OptionalNone
	}
	return variables
}

func (w *world) value(text json.RawMessage) ref.Val {
	var data any
	if text != nil {
		if err := utiljson.Unmarshal(text, &data); err != nil {
			log.Fatal(err)
		}
	}
	return schemacel.UnstructuredToVal(data, w.structural)
}

// sizes says how large data can be that a schema describes.
type sizes struct {
	root *apiservercel.DeclType
}

// EstimateSize follows a path such as [self, field, @items] through the declaration.
func (s sizes) EstimateSize(element checker.AstNode) *checker.SizeEstimate {
	path := element.Path()
	if len(path) == 0 || s.root == nil {
		return nil
	}
	at := s.root
	for _, step := range path[1:] {
		at = below(at, step)
		if at == nil {
			return nil
		}
	}
	return &checker.SizeEstimate{Max: uint64(at.MaxElements)}
}

func below(declaration *apiservercel.DeclType, step string) *apiservercel.DeclType {
	switch step {
	case "@items", "@values":
		return declaration.ElemType
	case "@keys":
		return declaration.KeyType
	}
	if field, found := declaration.Fields[step]; found {
		return field.Type
	}
	return nil
}

// EstimateCallCost leaves the costs of calls to the libraries.
func (s sizes) EstimateCallCost(_, _ string, _ *checker.AstNode, _ []checker.AstNode) *checker.CallEstimate {
	return nil
}
